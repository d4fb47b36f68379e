/**
 * Whose roster `--roster` means: an id, or a name of this host's keyring or of the folders of --lookup. Never a name on a
 * controller's list: whoever is first there takes a name.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentId, isAgentId, isAgentName, verifyRosterWhenIssued, verifyWhenIssued } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'

/** Also of an owner whose document or roster has expired. @returns `undefined`: nobody here has that name */
export function ownerOf(name: string, keyring: string, folders: readonly string[]): AgentId | undefined {
  if (isAgentId(name)) return name
  if (!isAgentName(name)) return undefined
  const documents = [join(keyring, name, 'document.jws'), ...folders.flatMap((folder) => documentsOf(folder, name))]
  for (const path of documents) {
    const read = existsSync(path) ? verifyWhenIssued(textOf(path), identityCrypto) : undefined
    if (read?.type === 'verified') return read.identity.id
  }
  for (const folder of folders) {
    const path = join(folder, `${name}.roster`)
    const read = existsSync(path) ? verifyRosterWhenIssued(textOf(path), identityCrypto) : undefined
    if (read?.type === 'verified') return read.roster.owner
  }
  return undefined
}

const documentsOf = (folder: string, name: string): readonly string[] => [
  join(folder, `${name}.jws`),
  join(folder, name, 'document.jws'),
]

const textOf = (path: string): string => readFileSync(path, 'utf8').trim()
