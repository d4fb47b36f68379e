/** Keys of a home, and what is of no use without them: small files, each read as a whole. @module */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Keyring } from '@vagus/keyring'
import { agentsFolderName, boxFiles, credentialFolders, isCredentialFile } from './home-places.ts'

export interface PrivateFile {
  /** Below the home. */
  readonly name: string
  readonly content: Uint8Array
}

/** Agents between two changes of theirs. @throws {KeyringError}; errors of the file system */
export function privateFiles(home: string): readonly PrivateFile[] {
  const keyring = new Keyring(join(home, agentsFolderName))
  const agents = keyring
    .names()
    .flatMap((agent) =>
      [...keyring.filesOf(agent)].map(([file, content]) => ({ name: `${agentsFolderName}/${agent}/${file}`, content })),
    )
  const credentials = credentialFolders.flatMap((folder) =>
    namesIn(join(home, folder)).flatMap((file) => (isCredentialFile(file) ? [`${folder}/${file}`] : [])),
  )
  const others = [...credentials, ...boxFiles.filter((name) => existsSync(join(home, name)))]
  return [...agents, ...others.map((name) => ({ name, content: readFileSync(join(home, name)) }))]
}

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort() : [])
