/** A MASA that knows by its folder alone what it is: for an operator who is the maker of his boxes. @module */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder, writeFileWhole } from '@vagus/keyring/private-file'
import { CredentialError } from '../credential-files.ts'
import { type Masa, type MasaOptions, openMasa } from './masa.ts'

type OwnMasaOptions = Pick<MasaOptions, 'url' | 'name'>

const file = 'masa.json'

/** Makes the folder with all keys. @throws {CredentialError} if there is a MASA already, and as `openMasa` */
export function newOwnMasa(folder: string, options: OwnMasaOptions): Masa {
  const path = join(folder, file)
  if (existsSync(path)) throw new CredentialError(`${folder} is a MASA already`)
  makePrivateFolder(folder)
  const masa = openMasa(folder, options)
  writeFileWhole(path, `${JSON.stringify({ version: 1, ...options }, null, 2)}\n`, 0o644) // last: this makes it one
  return masa
}

/** Whether `newOwnMasa` made the folder; nothing is read or written. */
export const isOwnMasa = (folder: string): boolean => existsSync(join(folder, file))

/** @throws {CredentialError} unless `newOwnMasa` made the folder, and as `openMasa` */
export function openOwnMasa(folder: string): Masa {
  return openMasa(folder, optionsIn(join(folder, file)))
}

function optionsIn(path: string): OwnMasaOptions {
  try {
    const { url, name } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>
    if (typeof url === 'string') return { url, ...(typeof name === 'string' ? { name } : {}) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CredentialError(`there is no MASA here: ${path} is missing`)
    if (code !== undefined) throw new CredentialError(`${path} cannot be read: ${code}`)
  }
  throw new CredentialError(`${path} is not as it was written: it must have "url"`)
}
