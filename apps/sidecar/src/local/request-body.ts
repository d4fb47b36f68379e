/** The content of a request of a local program, where it is read before it is passed on. @module */
import type { IncomingMessage } from 'node:http'
import type { HeldRequest } from '../held-octets.ts'
import { ProblemError } from '../wire/problem.ts'

/** A request that may come again is held whole, to be known again; a longer one of this kind is refused. */
const maxInspectedOctets = 32 * 1024 * 1024
/** Content that is on its way. */
export interface Arriving {
  readonly request: IncomingMessage
  readonly held: HeldRequest
}

/** @param most octets of `what` @throws {ProblemError} `too-large`; `limit`, where too much is held already */
export async function wholeBody(
  { request, held }: Arriving,
  most = maxInspectedOctets,
  what = 'a request in JSON or with an Idempotency-Key',
): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let octets = 0
  let isRefused = false
  for await (const part of request as AsyncIterable<Buffer>) {
    octets += part.length
    isRefused ||= octets > most || !held.add(part.length)
    if (!isRefused) parts.push(part)
    else if (held.octets > 0) {
      // Read to its end all the same: to break off would reset the connection under the answer.
      parts.length = 0
      held.release()
    }
  }
  if (octets > most) throw new ProblemError('too-large', `${what} has at most ${most} octets, this one ${octets}`)
  if (isRefused) throw new ProblemError('limit', 'too many long requests are under way; try again when one is answered')
  return Buffer.concat(parts)
}
