/** The content of a request on its way to the local server. @module */
import type { ClientRequest } from 'node:http'
import { writeTo } from '../drain.ts'
import { ProblemError } from '../wire/problem.ts'

/** A piece of the content of a request. */
interface Part {
  readonly octets: Uint8Array
}

/** Writes the content, and not an octet more than was announced: the local server would take them for a request. */
export async function passBody(
  sent: ClientRequest,
  first: IteratorResult<Part, undefined>,
  rest: AsyncIterable<Part> | Iterable<Part>,
  length = Infinity,
): Promise<void> {
  let written = 0
  const write = async ({ octets }: Part): Promise<void> => {
    written += octets.length
    if (written > length) throw cutOff(sent, `more than the ${length} octets that were announced`)
    await writeTo(sent, octets)
  }
  if (first.done !== true) {
    await write(first.value)
    for await (const part of rest) await write(part)
  }
  if (Number.isFinite(length) && written < length) throw cutOff(sent, `${written} of ${length} octets`)
  sent.end()
}

function cutOff(sent: ClientRequest, what: string): ProblemError {
  sent.destroy()
  return new ProblemError('bad-request', `the content of the request had ${what}`)
}
