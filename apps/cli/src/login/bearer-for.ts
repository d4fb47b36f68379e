/** The token that is sent to a controller, and where it may be sent. @module */
import { readFile } from 'node:fs/promises'
import type { ControllerAddress } from '../address.ts'
import { isLoopbackAddress } from '../doctor/security/loopback.ts'
import { loginFor } from './logins.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** `VAGUS_TOKEN`, or what `vagus login` keeps. Nobody on the way may read it: over plain HTTP it stays on this host. */
export async function bearerFor(address: ControllerAddress, environment: Environment): Promise<string | undefined> {
  if (!isPrivate(address)) return undefined
  const token = environment['VAGUS_TOKEN'] ?? ''
  if (token !== '') return token.trim()
  const login = await loginFor(address, environment)
  if (login?.ca !== undefined) await trust(login.ca)
  return login?.token
}

/** Certificates of that authority count from now on. @throws {Error} if the file has none */
export async function trust(ca: string): Promise<void> {
  await readFile(ca) // says which file it is that cannot be read
  const { trustAlso, trustSystem } = await import('@vagus/transport')
  trustAlso(ca)
  trustSystem()
}

export const isPrivate = (address: ControllerAddress): boolean =>
  address.type === 'unix' || address.protocol === 'https:' || isLoopbackAddress(address.host)
