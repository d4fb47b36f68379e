/**
 * Writes what comes out of an exchange as the response to a local program: octet for octet, but for seven things. Events
 * of streams that can be resumed get ids to do it by, in place of their own; comments break a long silence between them; agent cards, metadata for OAuth and fields get addresses here; a retry that joins a
 * running call gets its own JSON-RPC id; and a browser gets no cookie, and fields that take a page its rights.
 * @module
 */
import type { ServerResponse } from 'node:http'
import { endsEvent } from '@vagus/wire/event-stream'
import { writeTo } from '../drain.ts'
import { rewriteCard } from '../wire/agent-card.ts'
import { dataOf, eventOf, withId } from '../wire/event-stream.ts'
import {
  contentLengthOf,
  flat,
  type HeaderFields,
  isIdentityCoded,
  isJson,
  mediaTypeOf,
  without,
} from '../wire/header-fields.ts'
import type { ResponseHead } from '../wire/http-exchange.ts'
import { jsonObject } from '../wire/json-object.ts'
import { addressAtCaller, atCaller } from '../wire/own-addresses.ts'
import { type Problem, ProblemError, problemOfError } from '../wire/problem.ts'
import type { Face } from './local-request.ts'
import { withResource } from '../wire/resource-metadata.ts'
import { isWholeCard } from '../wire/whole-card.ts'

/**
 * Milliseconds between looks whether events came; where none did, a comment says that the connection stands (HTML §9.2.7).
 * Those of the server over there end at its own side-car; and clients give up on silence, Node's fetch after 300 s.
 */
const silenceEvery = 15_000
const comment = Buffer.from(':\n\n')

/** A response that is changed is held whole; longer ones go through as they are. */
const maxRewrittenOctets = 32 * 1024 * 1024
/** Where only cards go out, longer ones do not: strangers have them held. */
const maxShownCardOctets = 1024 * 1024

export interface Rewriting {
  /** Addresses of the agent in fields become those below it. */
  readonly here?: string
  /** Addresses in an agent card become those below it; `undefined`: it is no card. */
  readonly cardBase?: string | undefined
  /** Likewise: whether it is metadata of a protected resource (RFC 9728). */
  readonly isMetadata?: boolean
  /** The id that answers must carry, as JSON; `undefined`: as it is. */
  readonly rpcId?: string | undefined
  /** A browser is told to make nothing of it that could act in this side-car's name. */
  readonly reader?: 'program' | 'browser'
  /** For callers outside. */
  readonly face?: Face | undefined
  /** As of `LocalRequest`. */
  readonly tell?: ((problem: Problem) => void) | undefined
}

/** Instead of what the agent says of them. */
const browserFields: HeaderFields = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Content-Security-Policy', 'sandbox'],
]
/** A cookie would be one of every program of this host. */
const forBrowser = (headers: HeaderFields): HeaderFields => [
  ...without(headers, 'set-cookie', ...browserFields.map(([name]) => name.toLowerCase())),
  ...browserFields,
]

export class ResponseWriter {
  readonly #response: ServerResponse
  readonly #rewriting: Rewriting
  /** Octets that are still to come, where the head says how many. */
  #left: number | undefined
  /** A head that goes with the first content: a response that has none to come has no head either. */
  #waiting: ResponseHead | undefined
  /** Parts of a body that is to be changed, and the head that waits for it. */
  #held: { readonly head: ResponseHead; readonly parts: Uint8Array[]; octets: number } | undefined

  #isSilent = false
  #isBetweenEvents = true

  constructor(response: ServerResponse, rewriting: Rewriting) {
    this.#response = response
    this.#rewriting = rewriting
  }

  get begun(): boolean {
    return this.#response.headersSent || this.#held !== undefined || this.#waiting !== undefined
  }

  head(head: ResponseHead, goes: 'now' | 'with content' = 'now'): void {
    if (goes === 'with content') {
      this.#waiting = head
      return
    }
    this.#rewriting.face?.fields(head.status, head.headers) // before anything is held
    const { cardBase, rpcId, isMetadata = false } = this.#rewriting
    const media = mediaTypeOf(head.headers)
    const isRewritten =
      ((cardBase !== undefined || isMetadata) && head.status === 200) || (rpcId !== undefined && media.endsWith('json'))
    const isRead = isRewritten && isIdentityCoded(head.headers)
    if (this.#showsCards && !(isRead && isJson(head.headers))) throw noCard()
    if (isRead) this.#held = { head, parts: [], octets: 0 }
    else this.#writeHead(head)
  }

  /** @throws {ProblemError} on more than the head announced: the program would take it for its next response */
  async body(octets: Uint8Array): Promise<void> {
    this.#beginWaiting()
    if (this.#held === undefined) return this.#write(octets)
    this.#held.parts.push(octets)
    this.#held.octets += octets.length
    if (this.#showsCards && this.#held.octets > maxShownCardOctets) throw noCard()
    if (this.#held.octets > maxRewrittenOctets) await this.#release((text) => text)
  }

  /** A whole event, or a piece of a very long one: behind such a piece nothing may be resumed, so it gets no id. */
  async event(octets: Uint8Array, id: string | undefined): Promise<void> {
    this.#beginWaiting()
    if (!this.#isBetweenEvents || !endsEvent(octets)) return this.#write(octets)
    const own = this.#rewriting.rpcId === undefined ? octets : eventWithRpcId(octets, this.#rewriting.rpcId)
    await this.#write(id === undefined ? own : withId(own, id))
  }

  async end(): Promise<void> {
    this.#beginWaiting()
    try {
      if (this.#held !== undefined) await this.#release((text, head) => this.#rewritten(text, head))
    } catch (error) {
      return this.problem(problemOfError(error)) // also of JSON that is nested too deeply to be written
    }
    // One that is shorter than announced must look cut.
    if ((this.#left ?? 0) > 0 && mayHaveContent(this.#response)) this.#response.destroy()
    else this.#response.end()
  }

  /** In place of the response; one of which something was sent looks cut behind that. */
  problem(problem: Problem): void {
    const { headersSent, socket } = this.#response
    this.#rewriting.tell?.(problem)
    const isTold = !this.#showsCards || problem.status === 503 // which says to try again, and of the agent nothing
    if (!headersSent) writeProblem(this.#response, isTold ? problem : noCard().problem)
    else if (socket === null) this.#response.destroy()
    else socket.destroySoon() // what was written is still on its way, in one tick with this also the head
  }

  #beginWaiting(): void {
    const head = this.#waiting
    this.#waiting = undefined
    if (head !== undefined) this.head(head)
  }

  get #showsCards(): boolean {
    return this.#rewriting.face?.shows === 'cards'
  }

  #rewritten(text: Buffer, { exposed }: ResponseHead): Buffer {
    const { here, cardBase, rpcId, isMetadata } = this.#rewriting
    const own = text.toString('utf8')
    if (this.#showsCards && !isWholeCard(jsonObject(own))) throw noCard()
    if (isMetadata === true && here !== undefined)
      return Buffer.from(withResource(own, (address) => addressAtCaller(address, here)) ?? text)
    const moved = cardBase === undefined ? undefined : rewriteCard(own, { exposed, here: cardBase })
    const card = moved === undefined ? undefined : (this.#rewriting.face?.card(moved) ?? moved)
    const answer = rpcId === undefined ? undefined : withRpcId(card ?? own, rpcId)
    const changed = answer ?? card
    return changed === undefined ? text : Buffer.from(changed)
  }

  async #release(rewrite: (text: Buffer, head: ResponseHead) => Buffer): Promise<void> {
    const { head, parts } = this.#held!
    this.#held = undefined
    const text = rewrite(Buffer.concat(parts), head)
    this.#writeHead({ ...head, headers: without(head.headers, 'content-length', 'etag', 'content-digest', 'digest') })
    await this.#write(text)
  }

  async #write(octets: Uint8Array): Promise<void> {
    if (this.#left !== undefined && (this.#left -= octets.length) < 0)
      throw new ProblemError('failed', 'the other side sent more than it announced')
    this.#isSilent = false
    this.#isBetweenEvents = endsEvent(octets)
    await writeTo(this.#response, octets)
  }

  /** Never within an event, of which a very long one comes in pieces. */
  #speakInSilence(): void {
    const response = this.#response
    const look = setInterval(() => {
      if (this.#isSilent && this.#isBetweenEvents && !response.writableNeedDrain) response.write(comment)
      this.#isSilent = true
    }, silenceEvery).unref()
    response.once('close', () => clearInterval(look))
  }

  #writeHead({ status, reason, headers }: ResponseHead): void {
    this.#left = contentLengthOf(headers)
    const { here, reader, face } = this.#rewriting
    const moved = here === undefined ? headers : atCaller(headers, here)
    const shown = face === undefined ? moved : face.fields(status, moved)
    const own = reader === 'browser' ? forBrowser(shown) : shown
    this.#response.writeHead(status, reason, flat(own))
    if (mediaTypeOf(headers) === 'text/event-stream' && isIdentityCoded(headers)) this.#speakInSilence()
    this.#response.write(new Uint8Array(0)) // sends the head now, in latin1; flushHeaders would in UTF-8
  }
}

const noCard = (): ProblemError =>
  new ProblemError('no-card', 'there is no agent card for everybody; with an access token the same request says more')

/** Responses to HEAD and those of two statuses say how long the content would be (RFC 9110 §8.6); node writes none. */
const mayHaveContent = ({ req, statusCode }: ServerResponse): boolean =>
  req.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304

/** @param more fields beside those of every problem */
export function writeProblem(
  response: ServerResponse,
  problem: Problem,
  more: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return
  const text = JSON.stringify(problem)
  const retry = problem.status === 503 ? { 'retry-after': '2' } : {}
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...retry,
    ...more,
  })
  response.end(text)
}

function eventWithRpcId(event: Uint8Array, rpcId: string): Uint8Array {
  const changed = withRpcId(dataOf(event), rpcId)
  return changed === undefined ? event : eventOf(changed)
}

function withRpcId(text: string, rpcId: string): string | undefined {
  const answer = jsonObject(text)
  if (answer?.['jsonrpc'] !== '2.0' || !('id' in answer)) return undefined
  return JSON.stringify({ ...answer, id: JSON.parse(rpcId) as unknown })
}
