/** What this user shows to controllers: sessions of `vagus login`, and tokens it was given, in a file that nobody else reads. @module */
import { join } from 'node:path'
import type { ControllerAddress } from '../address.ts'

export interface Login {
  readonly token: string
  /** As the record names who shows it. */
  readonly name: string
  /** RFC 3339; null: nobody told. */
  readonly until: string | null
  /** PEM file with the authority of its certificate. */
  readonly ca?: string
}

type Environment = Readonly<Record<string, string | undefined>>
type Logins = Readonly<Record<string, Login>>

const fileOf = (home: string): string => join(home, 'logins.json')

/** Undefined where there is none, or no home. A file that cannot be used is none: what needs it will be refused, and says so. */
export async function loginFor(address: ControllerAddress, environment: Environment): Promise<Login | undefined> {
  const { vagusHome } = await import('@vagus/keyring/home')
  const home = vagusHome(environment)
  if (home === undefined || home === '') return undefined
  return (await readLogins(home).catch((): Logins => ({})))[address.text]
}

/** @throws {KeyringError} where the file cannot be written, or others may read it */
export async function keepLogin(home: string, address: ControllerAddress, login: Login | undefined): Promise<void> {
  const { makePrivateFolder, writeFileWhole } = await import('@vagus/keyring/private-file')
  const { [address.text]: _, ...others } = await readLogins(home)
  makePrivateFolder(home)
  const logins: Logins = login === undefined ? others : { ...others, [address.text]: login }
  writeFileWhole(fileOf(home), `${JSON.stringify(logins, null, 2)}\n`, 0o600)
}

async function readLogins(home: string): Promise<Logins> {
  const { existsSync } = await import('node:fs')
  if (!existsSync(fileOf(home))) return {} // most have none, and need not load what reads it
  const { readSecretFileIfAny } = await import('@vagus/keyring/secret-file')
  return JSON.parse(readSecretFileIfAny(fileOf(home)) ?? '{}') as Logins // we alone write it
}
