/**
 * One call of a local program, from the exchange's point of view: it outlives the HTTP connection that began it. At most
 * one connection (a leg) is answered at a time; the newest takes over. What a leg was sent is acknowledged only later, so
 * that a leg that broke can be followed by one that gets the same again.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AgentError, type Exchange, type Message } from '@vagus/agent'
import { isServiceName, lesserService } from '@vagus/qos'
import type { Learner } from '../found/learner.ts'
import type { Notes } from '../notes.ts'
import type { ObservedCall } from '../observed/observed-call.ts'
import { serviceField } from '../roster/call-services.ts'
import { spelledPlainly, valueOf } from '../wire/header-fields.ts'
import { decodeResponseMessage, pieceOctets, type ResponseHead } from '../wire/http-exchange.ts'
import {
  type Problem,
  ProblemError,
  problemOf,
  problemOfError,
  isRefusal,
  reasonOf,
  wasNotExecuted,
} from '../wire/problem.ts'
import type { KeptResponse, KeptResponses } from './kept-responses.ts'
import { resumeId } from './resume-id.ts'
import { ResponseWriter, type Rewriting } from './response-writer.ts'
import { unlessGone } from './unless-gone.ts'

/** Messages of a response that are kept to be sent again; what is older is forgotten. Of octets see `KeptResponses`. */
const maxKeptMessages = 512
/** How long a call waits for a program that lost its connection, before it is cancelled over there. Milliseconds. */
const lingerMilliseconds = 120_000
/** How long a response can be asked for again under the same key, from when it was delivered first. Milliseconds. */
const keepDelivered = 60_000
/** Of responses that ask for another try (RFC 6585 §4, RFC 9110 §15.6.4): to a retry they would tell what was. */
const passingStatuses: ReadonlySet<number> = new Set([429, 503])

/**
 * `resumable`: the program can come back for it, by a key or the id of its message. `by its events`: only once an event
 * was given an id, by that.
 */
export type Continuity = 'resumable' | 'by its events' | 'ends with its connection'

/** Which agent answers: its id, which the session proved. What the agent itself says under this name is removed. */
const answererField = 'Vagus-Answered-By'
const ownFields: ReadonlySet<string> = new Set([answererField, serviceField].map(spelledPlainly))

export interface CallParts {
  /** Name of whoever began it. */
  readonly caller: string
  readonly continuity: Continuity
  readonly notes: Notes
  readonly room: KeptResponses
  /** Where the agent was chosen by a skill or role: learns what it answers. */
  readonly learner: Learner | undefined
  readonly observed?: ObservedCall | undefined
  readonly onOver: () => void
}

/** What one leg wants. */
export interface Leg {
  readonly response: ServerResponse
  /** Only messages behind this cursor; 0: the whole response. */
  readonly after: number
  readonly rewriting: Rewriting
}

export class Call implements KeptResponse {
  readonly caller: string
  readonly #exchange: Exchange
  #continuity: Continuity
  readonly #notes: Notes
  readonly #room: KeptResponses
  readonly #learner: Learner | undefined
  readonly #observed: ObservedCall | undefined
  readonly #onOver: () => void
  /** Whether the server over there may have seen the request. */
  #isBegun = false
  /** Whether a leg was there before: the next one comes back. */
  #isLeft = false
  readonly #kept: { readonly cursor: number; readonly octets: number }[] = []
  #keptOctets = 0
  #leg: AbortController | undefined
  /** The last message that went out by the leg; 0: none yet. */
  #passedOn = 0
  /** How the response began; noted with the first event. */
  #head: ResponseHead | undefined
  #upload: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** When its response was out for the first time. */
  #deliveredAt: number | undefined
  /** Why the response ended too early, once a leg learned it: then those behind it are told, where they get no more. */
  #cut: Problem | undefined

  constructor(exchange: Exchange, { caller, continuity, notes, room, learner, observed, onOver }: CallParts) {
    this.caller = caller
    this.#exchange = exchange
    this.#observed = observed
    this.#learner = learner
    this.#continuity = continuity
    this.#notes = notes
    this.#room = room
    this.#onOver = onOver
  }

  /** Nobody is there for it yet: it waits, as after a leg that broke. */
  orphan(): void {
    if (this.#deliveredAt !== undefined) this.#settle()
    else if (this.#isResumable) this.#wait(lingerMilliseconds, () => this.cancel('its program did not come back'))
    else this.cancel('its program is gone')
  }

  cancel(reason: string): void {
    this.#exchange.cancel(reason)
    this.#observed?.over(problemOf('cancelled', reason))
    this.forget()
  }

  /**
   * Sends `body`, whole as it is held. Goes on where an earlier upload of the same body ended, also one of before a
   * restart: the pieces are the same each time.
   */
  upload(body: Uint8Array): Promise<void> {
    this.#upload ??= this.#send(body).catch(() => undefined) // the exchange is over: who reads its messages learns why
    return this.#upload
  }

  async #send(body: Uint8Array): Promise<void> {
    const pieces = Math.ceil(body.length / pieceOctets)
    for (let at = this.#exchange.sent; at < pieces; at++) {
      await this.#exchange.queue(body.subarray(at * pieceOctets, (at + 1) * pieceOctets))
      if (at + 1 < pieces) await this.#storedOrLater() // the last one is stored with the end
    }
    await this.#exchange.end()
  }

  /** So that no turn is long. What a full disk refuses is stored, and sent, once it has room: the rest may follow. */
  async #storedOrLater(): Promise<void> {
    await this.#exchange.stored().catch(() => undefined)
  }

  /** Sends a body as it comes. */
  async stream(request: IncomingMessage): Promise<void> {
    try {
      const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
      for await (const part of parts) {
        if (this.#exchange.state !== 'open') break
        await this.#exchange.queue(part)
        await this.#storedOrLater()
      }
      await this.#exchange.end()
    } catch {
      if (!request.complete && this.#exchange.state === 'open') this.cancel('the program broke off its request')
    }
    request.resume() // the answer came before all of it: to break off would reset the connection under it
  }

  /** Answers `leg` until the response is over or the leg breaks. Never throws. */
  async answer({ response, after, rewriting }: Leg): Promise<void> {
    if (response.destroyed) {
      if (this.#leg === undefined && this.#timer === undefined) this.orphan()
      return
    }
    const writer = new ResponseWriter(response, rewriting)
    // Before the leg there is is touched: it goes on.
    if (after < this.#exchange.acknowledged) {
      const detail =
        'its beginning was delivered and is not kept; ask for what follows the last event with Last-Event-ID'
      writer.problem(problemOf('delivered-already', detail))
      return
    }
    const leg = this.#takeOver()
    response.once('close', () => leg.abort('closed'))
    const outcome = await this.#deliver(writer, after, leg.signal)
    if (this.#leg !== leg) return void response.destroy() // another one took over
    this.#leg = undefined
    this.#observe(outcome)
    if (outcome === 'broken') return this.orphan()
    if (outcome === 'delivered') {
      this.#learner?.end()
      await writer.end()
    } else writer.problem((this.#cut = outcome))
    const isPassing =
      outcome === 'delivered'
        ? passingStatuses.has(response.statusCode)
        : wasNotExecuted(outcome) && !(this.#isBegun && isRefusal(outcome))
    if (isPassing) {
      this.#learner?.failed(Date.now())
      this.forget()
    } else this.#settle()
  }

  #takeOver(): AbortController {
    if (this.#isLeft) this.#observed?.event('vagus.program.returned')
    this.#isLeft = true
    this.#leg?.abort('another connection took over')
    this.#stopWaiting()
    const leg = new AbortController()
    this.#leg = leg
    this.#passedOn = 0
    return leg
  }

  /** One that ends because this side-car does goes on in the next. */
  #observe(outcome: 'delivered' | 'broken' | Problem): void {
    if (outcome === 'broken') this.#observed?.event('vagus.program.left')
    else if (outcome === 'delivered') this.#observed?.over()
    else if (reasonOf(outcome) !== 'closed') this.#observed?.over(outcome)
  }

  async #deliver(writer: ResponseWriter, after: number, gone: AbortSignal): Promise<'delivered' | 'broken' | Problem> {
    if (after > 0) {
      const head = this.#notes.call(this.#exchange.id)?.head
      if (head !== undefined) writer.head(head, this.#headGoes)
    }
    const messages = this.#exchange.messages({ after, acknowledge: 'manual' })
    try {
      for (;;) {
        if (gone.aborted) return 'broken'
        const next = await unlessGone(messages.next(), gone)
        if (next === 'gone') return 'broken'
        if (next.done === true) return writer.begun ? 'delivered' : problemOf('failed', 'it ended without a response')
        const problem = await this.#write(writer, next.value)
        if (!gone.aborted) this.#passedOn = next.value.cursor
        if (problem !== undefined) {
          // Its exchange ends with it: from then on the same message begins another one.
          await unlessGone(messages.next(), gone).catch(() => undefined)
          return problem
        }
        if (!gone.aborted) this.#keep(next.value)
      }
    } catch (error) {
      // Ours is on what the other side should not send: nothing more of it is wanted.
      if (!(error instanceof AgentError)) this.#exchange.cancel('the response breaks the rules')
      return problemOfError(error)
    } finally {
      void messages.return?.()
    }
  }

  async #write(writer: ResponseWriter, { cursor, octets }: Message): Promise<Problem | undefined> {
    const message = decodeResponseMessage(octets)
    if (message === undefined)
      throw new ProblemError('failed', 'the remote side-car sent what this one does not understand')
    if (message.type === 'problem') return message.problem
    this.#isBegun = true
    if (message.type === 'head') this.#begin(writer, message.head)
    // A body that will be cut is of no use to anybody; each event is.
    if (message.type === 'body' && this.#cut === undefined) {
      this.#learner?.body(message.octets)
      await writer.body(message.octets)
    }
    if (message.type === 'event') {
      this.#learner?.event(message.octets)
      await writer.event(message.octets, this.#idOf(cursor))
    }
    return undefined
  }

  get #isResumable(): boolean {
    return this.#continuity === 'resumable'
  }

  /** Id of the event `cursor`, for which the program may come back from now on. */
  #idOf(cursor: number): string | undefined {
    if (this.#continuity === 'ends with its connection') return undefined
    this.#continuity = 'resumable'
    if (this.#head !== undefined) this.#notes.setHead(this.#exchange.id, this.#head)
    this.#head = undefined
    return resumeId(this.#exchange.id, cursor)
  }

  #begin(writer: ResponseWriter, told: ResponseHead): void {
    const head = this.#withAnswerer(told)
    this.#learner?.head(head)
    this.#observed?.answered(head.status)
    this.#head = head
    writer.head(head, this.#headGoes)
  }

  #withAnswerer(head: ResponseHead): ResponseHead {
    const headers = head.headers.filter(([name]) => !ownFields.has(spelledPlainly(name)))
    const { peerId, class: claimed } = this.#exchange
    const told = valueOf(head.headers, serviceField.toLowerCase()) ?? ''
    const service = isServiceName(told) ? lesserService(told, claimed) : claimed // a side-car from before does not say it
    const answerer = peerId === undefined ? [] : [[answererField, peerId] as const]
    return { ...head, headers: [...headers, ...answerer, [serviceField, service]] }
  }

  get #headGoes(): 'now' | 'with content' {
    return this.#cut === undefined ? 'now' : 'with content'
  }

  /** Acknowledges what is older than what is kept; the other side waits when too much is unacknowledged. */
  #keep({ cursor, octets }: Message): void {
    if (cursor <= (this.#kept.at(-1)?.cursor ?? 0)) return
    this.#kept.push({ cursor, octets: octets.length })
    this.#grow(octets.length)
    if (this.#kept.length > maxKeptMessages) this.#giveUp(1)
  }

  get from(): string {
    return this.#exchange.peerName
  }

  get keptOctets(): number {
    return this.#keptOctets
  }

  get standing(): KeptResponse['standing'] {
    if (this.isDelivered) return 'delivered'
    return this.#leg !== undefined && this.#passedOn >= (this.#kept.at(-1)?.cursor ?? 0) ? 'passed on' : 'needed'
  }

  giveUp(): void {
    this.#giveUp(this.isDelivered ? this.#kept.length : 1)
  }

  #giveUp(messages: number): void {
    const oldest = this.#kept.splice(0, messages)
    const last = oldest.at(-1)
    if (last === undefined) return
    this.#exchange.acknowledge(last.cursor)
    this.#grow(-oldest.reduce((sum, { octets }) => sum + octets, 0))
  }

  #grow(octets: number): void {
    this.#keptOctets += octets
    this.#room.grow(this, octets)
  }

  /** Whether its response is out, and it is kept for a retry alone. */
  get isDelivered(): boolean {
    return this.#deliveredAt !== undefined && this.#leg === undefined
  }

  /** The response is out; a retry of the same request may still come and gets the same. */
  #settle(): void {
    this.#deliveredAt ??= performance.now()
    const rest = Math.max(0, this.#deliveredAt + keepDelivered - performance.now())
    if (this.#isResumable) this.#wait(rest, () => this.forget())
    else this.forget()
  }

  /** Nobody comes back for it. */
  forget(): void {
    this.#stopWaiting()
    this.#giveUp(this.#kept.length)
    this.#exchange.acknowledge(this.#passedOn) // a problem is not among those kept
    if (this.#continuity !== 'ends with its connection') this.#notes.forgetCall(this.#exchange.id)
    this.#onOver()
  }

  /** The side-car ends: its next start finds what is kept. */
  end(): void {
    this.#stopWaiting()
  }

  #wait(milliseconds: number, then: () => void): void {
    this.#stopWaiting()
    this.#timer = setTimeout(then, milliseconds)
    this.#timer.unref()
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
