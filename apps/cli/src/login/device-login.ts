/** Signs in without a browser of one's own (RFC 8628): shows where to type which code, and waits until that is done. @module */
import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceSignIn } from '@vagus/api/operators'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { printable } from '../table.ts'
import type { Terminal } from '../terminal.ts'

/** @throws {Failure} where nobody signs in there, the code is over, or the person has no role */
export async function deviceLogin(client: Client, terminal: Terminal, signal: AbortSignal): Promise<DeviceSignIn> {
  const path = '/v1/device-sign-ins'
  const begun = await client.change<DeviceSignIn>('DeviceSignIn', { method: 'POST', path })
  const { id, userCode, verificationUri, verificationUriComplete, until } = begun
  terminal.err(`open ${printable(verificationUriComplete ?? verificationUri)} and check that it shows the code\n`)
  terminal.err(`\n    ${terminal.talkPaint.strong(printable(userCode))}\n\nwaiting until you have signed in there …\n`)
  for (let { every } = begun; Date.parse(until) > Date.now();) {
    await pause(every * 1000, undefined, { signal })
    const found = await client.change<DeviceSignIn>('DeviceSignIn', { method: 'POST', path: `${path}/${id}` })
    if (found.state === 'signed-in') return found
    ;({ every } = found)
  }
  throw new Failure(exitCode.timeout, 'nobody signed in with this code in time', 'again: vagus login')
}
