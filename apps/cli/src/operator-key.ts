/** The key by which a controller knows its operator; only its user on its host can read it. @module */
import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { ControllerAddress } from './address.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { homeOf, type Whose } from './keyring-options.ts'
import { serviceHome, serviceUser } from './service/unit.ts'

/** What to do about a refusal; a controller that is a service of this host has a user of its own. @param words of the command, without options */
export const operatorFix = (words: string): string =>
  existsSync(serviceHome)
    ? `as user of the service: runuser -u ${serviceUser} -- ${words} · of another controller: --home FOLDER (its home)`
    : `on the host of the controller, as its user: ${words} --home FOLDER (its home)`

/**
 * What shows who changes something: a login, else the key that the controller wrote here, which no other host gets.
 * @throws {Failure} usage, denied
 */
export async function operatorKey(whose: Whose, address: ControllerAddress, words: string): Promise<string> {
  const { bearerFor } = await import('./login/bearer-for.ts')
  const bearer = await bearerFor(address, whose.environment)
  if (bearer !== undefined) return bearer
  const fix = operatorFix(words)
  if (!isHere(address)) throw new Failure(exitCode.denied, `${address.text} is not on this host`, fix)
  const [{ readSecret, KeyringError }, file] = await Promise.all([
    import('@vagus/keyring/secret-file'),
    keyFile(whose, address),
  ])
  try {
    return readSecret(file, renewal)
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    // A key that others may have read is of no use on any host, so the way out is another.
    const way = error.code === 'wide-mode' ? error.fix : fix
    throw new Failure(exitCode.denied, `the key of the operator: ${error.message}`, way, error)
  }
}

/** The same where this user may read it; else nothing is said: whoever asks may do without. */
export async function operatorKeyHere(whose: Whose, address: ControllerAddress): Promise<string | undefined> {
  if (!isHere(address)) return undefined
  const { readSecret } = await import('@vagus/keyring/secret-file')
  try {
    return readSecret(await keyFile(whose, address), renewal)
  } catch {
    return undefined
  }
}

const renewal = { renewal: 'restart the controller, which makes a new one' }

/** Of the home that is named, or else of the lab that is asked, or else of this user. */
async function keyFile(whose: Whose, address: ControllerAddress): Promise<string> {
  const [{ operatorKeyFile }, home] = await Promise.all([import('@vagus/keyring/home'), homeOf(whose)])
  if (whose.values.home !== undefined) return operatorKeyFile(home)
  const { operatorKeyOfLab } = await import('@vagus/lab/controller-home')
  return operatorKeyOfLab(address, home) ?? operatorKeyFile(home)
}

function isHere(address: ControllerAddress): boolean {
  if (address.type === 'unix' || address.host === 'localhost') return true
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return own.some((one) => one.address === address.host)
}
