/** The content of a request of a local program, where it is read before it is passed on. @module */
import type { IncomingMessage } from 'node:http'
import type { HeldRequest } from '../held-octets.ts'
import { ProblemError } from '../wire/problem.ts'

/** A request that may come again is held whole, to be known again; a longer one of this kind is refused. */
const maxInspectedOctets = 32 * 1024 * 1024
/** Of content that is waited for a moment. It is in the buffers of its connection, which are not counted as held. */
const shortOctets = 16_384
/** Milliseconds: it comes with the head, or directly behind it. */
const shortPatience = 10

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

/** Little content, or none, where all of it is there or comes at once; else `undefined`, and nothing of it was taken. */
export async function shortBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  const octets = Number(length)
  if (coding !== undefined || octets > shortOctets) return undefined
  const isThere = (): boolean => request.readableLength >= octets
  if (!isThere()) await comes(request, isThere)
  return isThere() ? Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)) : undefined
}

/** Fulfilled when `isThere`, or when it is not for a while. */
function comes(request: IncomingMessage, isThere: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isThere()) done()
    }
    const done = (): void => {
      clearTimeout(timer)
      request.off('readable', look).off('close', done)
      resolve()
    }
    const timer = setTimeout(done, shortPatience)
    request.on('readable', look).on('close', done)
  })
}
