/** The folder of an operator's own MASA, for the commands that use it. @module */
import { join } from 'node:path'
import type { Masa } from '@vagus/bootstrap'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOf, homeOption, type Whose } from '../keyring-options.ts'
import type { Options } from '../option.ts'

export const masaOptions = {
  masa: { type: 'text', value: 'FOLDER', description: 'folder of the MASA (default: masa in the home)' },
  ...homeOption,
} as const satisfies Options

type MasaCall = Whose & { readonly values: { readonly masa: string | undefined } }

export const masaFolder = async (call: MasaCall): Promise<string> =>
  call.values.masa ?? join(await homeOf(call), 'masa')

/** @throws {Failure} that says what the folder lacks */
export async function ownMasa(call: MasaCall): Promise<Masa> {
  const folder = await masaFolder(call)
  const { openOwnMasa } = await import('@vagus/bootstrap')
  const where = call.values.masa === undefined ? '' : ` --masa ${folder}`
  return withMasaErrors(() => openOwnMasa(folder), `make one: vagus masa new${where}`)
}

/** What goes wrong with its files as failures. @throws {Failure} */
export async function withMasaErrors<Made>(make: () => Made, fix: string): Promise<Made> {
  const [{ CredentialError }, { KeyringError }] = await Promise.all([
    import('@vagus/bootstrap'),
    import('@vagus/keyring'),
  ])
  try {
    return make()
  } catch (error) {
    if (error instanceof KeyringError) throw new Failure(exitCode.failed, error.message, error.fix, error)
    if (error instanceof RangeError) throw new Failure(exitCode.usage, error.message, fix, error)
    if (error instanceof CredentialError) throw new Failure(exitCode.failed, error.message, fix, error)
    throw error
  }
}
