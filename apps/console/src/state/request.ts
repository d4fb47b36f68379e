/**
 * Asks the controller. What goes wrong is of two kinds: it answered with a problem (RFC 9457), or it did not answer.
 * @module
 */
import type { Problem } from '@vagus/api'
import { signal } from '@preact/signals'
import { answeredAt, noteAnswer } from './live.ts'

/** Longer than the store takes for its slowest query; then the controller counts as silent. */
const timeoutMilliseconds = 15_000

/** `refused` and `missing` (it does not know the path) are answers, `unreachable` is none. */
export type FailureKind = 'refused' | 'missing' | 'unreachable'

/** Whether the last answer was that we are nobody (401), and `ended` if this page has had other answers before. */
export const signedOut = signal<false | 'never in' | 'ended'>(false)
let wasIn = false

export class RequestError extends Error {
  readonly kind: FailureKind
  constructor(message: string, kind: FailureKind) {
    super(message)
    this.name = 'RequestError'
    this.kind = kind
  }
}

async function problemOf(response: Response): Promise<string> {
  const plain = `${response.status} ${response.statusText}`.trim()
  if (!response.headers.get('content-type')?.includes('json')) return plain
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  return problem.detail ?? problem.title ?? plain
}

/** Where the API has `path`: beside the page, which a proxy may serve below a path of its own. */
export const urlOf = (path: string): string => new URL(`.${path}`, document.baseURI).href

/** Every answer, also a refusal, counts as a sign of life. @throws {RequestError} */
export async function getJson<Resource>(path: string): Promise<Resource> {
  const before = answeredAt.peek()
  let response: Response
  try {
    response = await fetch(urlOf(path), {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    // others got their answers meanwhile: it is the question that takes long
    if (isLate && answeredAt.peek() !== before)
      throw new RequestError('The controller is busy: this was not answered within 15 s', 'refused')
    const why = isLate ? 'no answer within 15 s' : 'no connection'
    throw new RequestError(`The controller cannot be reached: ${why}`, 'unreachable')
  }
  // a gateway in between says with these that the controller behind it is gone
  if (response.status === 502 || response.status === 504)
    throw new RequestError('The controller cannot be reached: nothing answers behind the forwarder', 'unreachable')
  noteAnswer(response.headers.get('date'))
  wasIn ||= response.ok
  signedOut.value = response.status === 401 && (wasIn ? 'ended' : 'never in')
  if (!response.ok) throw new RequestError(await problemOf(response), response.status === 404 ? 'missing' : 'refused')
  try {
    return (await response.json()) as Resource
  } catch {
    throw new RequestError('The connection to the controller broke in the middle of an answer', 'unreachable')
  }
}
