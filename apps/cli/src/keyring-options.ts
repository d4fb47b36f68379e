/** The folder of the agents of this host, for the commands that use them; errors of the keyring as failures. @module */
import { join } from 'node:path'
import type { Keyring } from '@vagus/keyring'
import { exitCode, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const homeOption = {
  home: { type: 'text', value: 'FOLDER', description: 'folder of the state (default $VAGUS_HOME, else ~/.vagus)' },
} as const satisfies Options

/** The part of a call that says where the agents are. */
export interface Whose {
  readonly values: { readonly home: string | undefined }
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The folder of all state on this host. @throws {Failure} usage; an empty name would mean the current folder */
export async function homeOf({ values, environment }: Whose): Promise<string> {
  const { vagusHome } = await import('@vagus/keyring/home')
  const home = values.home ?? vagusHome(environment)
  if (home === undefined) throw new Failure(exitCode.usage, 'there is no home folder', 'set VAGUS_HOME')
  if (home === '') throw new Failure(exitCode.usage, 'VAGUS_HOME is empty', 'name a folder, or: unset VAGUS_HOME')
  return home
}

/** The keyring below it. */
export async function keyringOf(whose: Whose): Promise<Keyring> {
  const { Keyring } = await import('@vagus/keyring')
  return new Keyring(join(await homeOf(whose), 'agents'))
}

/** Returns what `body` returns; a keyring error becomes a failure with its fix. @throws {Failure} */
export async function withKeyring<T>(whose: Whose, body: (keyring: Keyring) => T | Promise<T>): Promise<T> {
  const [keyring, { KeyringError }] = await Promise.all([keyringOf(whose), import('@vagus/keyring')])
  try {
    return await body(keyring)
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    throw new Failure(exitOfCode[error.code] ?? exitCode.failed, error.message, error.fix, error)
  }
}

const exitOfCode: Readonly<Record<string, ExitCode>> = {
  'unknown-agent': exitCode.usage,
  exists: exitCode.usage,
  refused: exitCode.usage,
  'no-next-key': exitCode.usage,
  'wide-mode': exitCode.denied,
  foreign: exitCode.denied,
}
