/**
 * Notes what an agent names in its answer to one call: from then on that is asked of the same agent. It is noted before
 * the program reads it, so that the program cannot ask before.
 * @module
 */
import { belongingsToldBy, belongingsToldIn } from '../wire/belongings.ts'
import { dataOf } from '../wire/event-stream.ts'
import { contentLengthOf, isIdentityCoded, mediaTypeOf } from '../wire/header-fields.ts'
import type { ResponseHead } from '../wire/http-exchange.ts'
import type { Choice } from './choice.ts'
import type { Holder, Holders, Place } from './holders.ts'

/** A longer body is passed on unread; a task that it names is then not known to be this agent's. */
const maxReadOctets = 4 * 1024 * 1024
/** There is nothing at the path, or nothing that takes a message (RFC 9110 §15.5.5, §15.5.6). */
const absentStatuses: ReadonlySet<number> = new Set([404, 405])
/** The message may go to another agent now; a context may have other messages with this one. */
const isOfOneTry = (word: string): boolean => /^(message|key):/.test(word)
/** Names taken from one answer; a page of a list of tasks has at most 100 (A2A 1.0 §3.1.4). */
const maxTold = 256

export interface LearnerParts {
  readonly holders: Holders
  readonly choice: Pick<Choice, 'answered' | 'failed'>
  readonly place: Place
  readonly holder: Holder
  /** Whether the program begins something with this call, which any of several agents may take. */
  readonly isFree: boolean
  /** What this call was the first to bring to the agent. */
  readonly begun: readonly string[]
}

export class Learner {
  readonly #parts: LearnerParts
  /** Parts of a body of JSON that is not whole yet. */
  #body: { readonly parts: Uint8Array[]; octets: number; readonly whole: number | undefined } | undefined
  #told = 0

  constructor(parts: LearnerParts) {
    this.#parts = parts
  }

  head({ headers, status }: ResponseHead): void {
    const { choice, holder, isFree } = this.#parts
    // Its card has other paths than that of the agent which the program read: others are more like that one.
    if (isFree && absentStatuses.has(status)) choice.failed(holder.agent, 'unserved', Date.now())
    else choice.answered(holder.agent)
    this.#hold(belongingsToldIn(headers))
    const isRead = mediaTypeOf(headers).endsWith('json') && isIdentityCoded(headers)
    this.#body = isRead ? { parts: [], octets: 0, whole: contentLengthOf(headers) } : undefined
  }

  /** To be called before the octets are passed on. */
  body(octets: Uint8Array): void {
    const body = this.#body
    if (body === undefined) return
    body.parts.push(octets)
    body.octets += octets.length
    if (body.octets > maxReadOctets) this.#body = undefined
    else if (body.octets === body.whole) this.end()
  }

  event(octets: Uint8Array): void {
    // A stream is about one task: its first events name it.
    if (this.#told < 2) this.#hold(belongingsToldBy(dataOf(octets)))
  }

  /** The body is whole, and its end not passed on yet. */
  end(): void {
    const body = this.#body
    this.#body = undefined
    if (body !== undefined && body.octets > 0) this.#hold(belongingsToldBy(Buffer.concat(body.parts).toString('utf8')))
  }

  /** Nothing was executed: another agent may have the next try. */
  failed(now: number): void {
    const { holders, choice, place, holder, begun } = this.#parts
    holders.release(place, begun.filter(isOfOneTry))
    choice.failed(holder.agent, 'unserved', now)
  }

  #hold(words: readonly string[]): void {
    const { holders, place, holder } = this.#parts
    const some = words.slice(0, maxTold - this.#told)
    if (some.length > 0) holders.hold(place, some, holder, Date.now())
    this.#told += some.length
  }
}
