/**
 * Serves the exchanges of other agents' side-cars from the local servers. The journal says how far each one came; a
 * request whose first octet may have reached the local server is never sent to it again, unless HTTP itself says that
 * repeating it changes nothing (RFC 9110 §9.2.1).
 * @module
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { AgentError, type ExchangeHandler, type ServedExchange } from '@vagus/agent'
import { endsEvent, EventSplitter } from '@vagus/wire/event-stream'
import { HeldOctets, HeldRequest } from '../held-octets.ts'
import type { Notes } from '../notes.ts'
import type { CallObserver } from '../observed/call-observer.ts'
import { WatchedCall } from '../observed/watched-call.ts'
import { type A2aRequest, a2aRequestOf } from '../wire/a2a-request.ts'
import { dataOf, isComment, maxEventOctets } from '../wire/event-stream.ts'
import {
  contentLengthOf,
  endToEnd,
  framingOf,
  type HeaderFields,
  isIdentityCoded,
  isJson,
  mediaTypeOf,
  without,
} from '../wire/header-fields.ts'
import {
  decodeRequestHead,
  encodeResponseMessage,
  pieceOctets,
  type RequestHead,
  type ResponseMessage,
} from '../wire/http-exchange.ts'
import { jsonObject } from '../wire/json-object.ts'
import { type AskedCall, askedCalls, asksByContent, maxMcpOctets } from '../roster/asked-calls.ts'
import { serviceField } from '../roster/call-services.ts'
import { comparedPath } from '../roster/compared-path.ts'
import type { Fleet } from '../roster/fleet.ts'
import { type Deciders, GuardedCall } from '../roster/guarded-call.ts'
import { addressTowardsCaller, towardsCaller } from '../wire/own-addresses.ts'
import { ProblemError } from '../wire/problem.ts'
import { isMetadataTarget, metadataWith } from '../wire/resource-metadata.ts'
import type { CallerPolicy } from './caller.ts'
import { continueTask, type Telling } from './continue-task.ts'
import { addressOfNow, type Exposed, type Exposure, exposureOf, rootsOf } from './exposure.ts'
import { passBody } from './pass-body.ts'
import { connectTo, requestOver, responseOf } from './server-request.ts'
import { afterEvent, noProgress, type StreamEvent, type TaskProgress } from './task-progress.ts'
import { type StreamOrigin, TaskError, TaskServer } from './task-server.ts'

/** A request of A2A is held whole to see what it asks; a longer one is refused. */
const maxInspectedOctets = 32 * 1024 * 1024
/** Of all requests that are held, until the local server has them. */
const heldLimits = { ofAll: 256 * 1024 * 1024, ofOneCaller: 64 * 1024 * 1024 }
/** How often in a row a local server may break off a stream that is gone on with, without telling anything new. */
const maxBreaks = 10
/** It may be about to end, or to start. Milliseconds. */
const pauseBehindBreak = 500
/** Pieces below it wait for what follows in the same turn. */
const shortOctets = 16_384
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface Serving extends Deciders {
  readonly exposed: Exposed
  readonly policy: CallerPolicy
  readonly notes: Notes
  /** Callers are told no path of a local server: it is a secret of the program around it. */
  readonly hides?: 'paths' | undefined
  readonly observer?: CallObserver | undefined
}

/** What is noted with each event of a task's stream. */
interface StreamNote {
  readonly origin: StreamOrigin
  readonly progress: TaskProgress
}

export function serveHttp(serving: Serving): ExchangeHandler {
  const held = new HeldOctets(heldLimits)
  return {
    begins: 'at once', // what a local server sees of it comes behind `begun`, which is stored with the start
    handle: (exchange) => answered(exchange, () => new Served(exchange, serving, held).serve()),
    resume: (exchange) => answered(exchange, () => new Served(exchange, serving, held).resume()),
  }
}

const interrupted = ({ message }: Error): ProblemError =>
  new ProblemError('interrupted', `the stream broke off, and the remote side-car's server cannot resume it: ${message}`)

/** A problem that comes before the response takes its place; behind a part of it, it says why there is no more. */
async function answered(exchange: ServedExchange, serve: () => Promise<void>): Promise<void> {
  try {
    await serve()
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    await exchange.send(encodeResponseMessage({ type: 'problem', problem: error.problem }))
  }
}

class Served {
  readonly #exchange: ServedExchange
  readonly #serving: Serving
  readonly #head: RequestHead
  readonly #room: HeldOctets
  #held: HeldRequest | undefined
  #lastRead = 0
  #origin: StreamOrigin | undefined
  #progress: TaskProgress = noProgress
  readonly #guard: GuardedCall
  readonly #watched: WatchedCall
  /** The exchange was cancelled, or may no longer go on. */
  readonly #signal: AbortSignal

  constructor(exchange: ServedExchange, serving: Serving, room: HeldOctets) {
    const head = decodeRequestHead(exchange.head)
    if (head === undefined) throw new ProblemError('bad-request', 'the side-car of the caller sent a head that is none')
    this.#exchange = exchange
    this.#serving = serving
    this.#head = head
    this.#room = room
    this.#watched = new WatchedCall(serving.observer, exchange, head)
    this.#guard = new GuardedCall(exchange, head, serving)
    this.#signal = AbortSignal.any([exchange.signal, this.#guard.signal])
  }

  serve(): Promise<void> {
    return this.#watched.during(() => this.#serve())
  }

  resume(): Promise<void> {
    this.#watched.goesOn()
    return this.#watched.during(() => this.#resume())
  }

  async #serve(): Promise<void> {
    try {
      const { sent, response, passed, exposure } = await this.#ask()
      passed.finally(() => this.#held?.release()).catch(() => undefined)
      // The server may answer before it has read the request, or while it does; what is wrong with that comes first.
      const broken = passed.then(() => new Promise<never>(() => undefined))
      const answered = this.#orBroken(response).then((whole) => this.#answer(whole, exposure))
      await Promise.race([this.#guard.barred, broken, answered])
      sent.destroy() // whatever of the request is still to come, nobody reads it
    } finally {
      this.#guard.end()
      this.#held?.release()
    }
  }

  /** Fulfilled when the local server gets the request; `passed` once it has all of it. */
  async #ask(): Promise<{
    readonly sent: ClientRequest
    readonly response: Promise<IncomingMessage>
    readonly passed: Promise<void>
    readonly exposure: Exposure
  }> {
    const { method, target, headers: given, outsider } = this.#head
    const caller = await this.#exchange.caller()
    const headers = await this.#serving.policy.admit(caller, given, outsider)
    const exposure = exposureOf(this.#serving.exposed, target)
    const body = await this.#inspected(exposure)
    this.#watched.begins(body, caller, this.#serving.fleet)
    this.#guard.begin(caller, this.#asking(exposure, body))
    this.#origin = this.#originOf(exposure, headers, body)
    const parts = body === undefined ? this.#exchange.messages() : [{ octets: body }].values()
    const first = await parts.next()
    const length = body === undefined ? contentLengthOf(headers) : body.length
    const socket = await this.#connected(exposure)
    const framing = framingOf(length, first.done === true ? 'no content' : 'content')
    const own: HeaderFields = [...framing, [serviceField, this.#guard.service]]
    const fields = this.#watched.passedOn([...without(this.#serving.policy.renewed(headers), 'content-length'), ...own])
    const sent = requestOver(socket, exposure, method, fields, this.#signal)
    const response = responseOf(sent)
    response.catch(() => undefined) // awaited below; until then it must not end the process
    return { sent, response, passed: passBody(sent, first, parts, length), exposure }
  }

  /** A connection to the local server, over which nothing was sent, once the journal says that it is begun. */
  async #connected({ url }: Exposure): Promise<Socket> {
    const socket = await connectTo(url, this.#signal)
    try {
      await this.#exchange.queue(encodeResponseMessage({ type: 'begun' }), 'with the next')
      this.#exchange.acknowledge(this.#lastRead) // what was read as a whole is not read again
      await this.#exchange.stored()
    } catch (error) {
      socket.destroy()
      throw error
    }
    return socket.writable ? socket : connectTo(url, this.#signal) // it did not wait for us
  }

  async #resume(): Promise<void> {
    const { sent, acknowledged, id } = this.#exchange
    const note = this.#serving.notes.progress(id, sent) as StreamNote | undefined
    // Content that was acknowledged does not come again, and a request must not be repeated with the rest of it.
    const isRepeatable = acknowledged === 0 && safeMethods.has(this.#head.method)
    if (sent === 0 || (sent === 1 && isRepeatable)) return this.#serve()
    if (note === undefined) throw new ProblemError('interrupted', 'the remote side-car ended in the middle of it')
    this.#origin = { ...note.origin, url: addressOfNow(this.#serving.exposed, this.#head.target) }
    this.#progress = note.progress
    this.#decideOnceBack()
    try {
      if (!note.progress.over) await Promise.race([this.#guard.barred, this.#continue()])
      this.#forgetProgress()
    } finally {
      this.#guard.end()
    }
  }

  /** A stream that goes on needs no caller, until it comes back: it was allowed before the restart. */
  #decideOnceBack(): void {
    const { fleet, exposed } = this.#serving
    if (fleet === undefined) return
    const { serves: protocol } = exposureOf(exposed, this.#head.target)
    const operation = 'SendStreamingMessage'
    const asked = (): readonly AskedCall[] => [{ protocol, path: this.#path(protocol, fleet), operation }]
    asked() // a path that is not clear ends it at once
    const begin = (caller: ServedExchange['peer']): void => {
      try {
        this.#guard.begin(caller, asked)
      } catch (error) {
        this.#guard.bar(error)
      }
    }
    this.#exchange.caller().then(begin, () => undefined) // it never came back
  }

  /** What the request asks for. A newer roster may want to know what none did before, and what was not read then. */
  #asking({ serves }: Exposure, body: Uint8Array | undefined): () => readonly AskedCall[] {
    const { fleet } = this.#serving
    if (fleet === undefined) return () => []
    const read = fleet.readsContent ? body : undefined
    const isKnown = read !== undefined || !asksByContent(this.#head)
    const calls = askedCalls(this.#head, serves, this.#head.target, read)
    return () => {
      if (fleet.readsContent && !isKnown)
        throw new ProblemError('limit', 'a newer roster came with this request; try again')
      const path = this.#path(serves, fleet)
      return calls.map((call) => ({ ...call, path }))
    }
  }

  /** As policies compare it; operations of A2A over HTTP stand in it, too. @throws {ProblemError} `bad-request` */
  #path(serves: Exposure['serves'], { readsPath, readsContent }: Fleet): string {
    const isRead = readsPath || (readsContent && serves === 'a2a')
    return comparedPath(this.#head.target, isRead ? 'read' : 'ignored')
  }

  /** The content where somebody here wants to read it: whoever decides, or whoever continues streams. */
  async #inspected({ serves }: Exposure): Promise<Uint8Array | undefined> {
    const { method, speech, headers } = this.#head
    if (this.#serving.fleet?.readsContent === true && asksByContent(this.#head))
      return this.#wholeBody(serves === 'mcp' ? maxMcpOctets : maxInspectedOctets)
    if (this.#watched.wants(this.#head)) return this.#wholeBody(maxMcpOctets)
    return speech === 'a2a' && method === 'POST' && isJson(headers) ? this.#wholeBody(maxInspectedOctets) : undefined
  }

  /** Reads it without acknowledging: until it is begun, a restart reads it again. */
  async #wholeBody(most: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    const held = new HeldRequest(this.#room, this.#exchange.peer.identity.id)
    this.#held = held
    for await (const { octets, cursor } of this.#exchange.messages({ acknowledge: 'manual' })) {
      if (held.octets + octets.length > most)
        throw new ProblemError('too-large', `a request that is read here has at most ${most} octets`)
      if (!held.add(octets.length)) throw new ProblemError('limit', 'too many long requests are under way here')
      parts.push(octets)
      this.#lastRead = cursor
    }
    return Buffer.concat(parts)
  }

  /** How the stream would be gone on with, when the request asks for one. */
  #originOf({ url, target }: Exposure, headers: HeaderFields, body: Uint8Array | undefined): StreamOrigin | undefined {
    const request: A2aRequest | undefined = body === undefined ? undefined : a2aRequestOf(this.#head, body)
    if (request?.operation !== 'stream') return undefined
    const { params } = jsonObject(Buffer.from(body!).toString('utf8')) ?? {}
    const tenant = (params as { readonly tenant?: unknown } | undefined)?.tenant
    const { binding, rpcId } = request
    return {
      url: `${url.origin}${target}`,
      headers,
      binding,
      rpcId,
      tenant: typeof tenant === 'string' ? tenant : undefined,
    }
  }

  async #answer(response: IncomingMessage, { exposed, url }: Exposure): Promise<void> {
    const asked = { url, target: this.#head.target, roots: rootsOf(this.#serving.exposed) }
    const headers = towardsCaller(endToEnd(response.rawHeaders), asked)
    const told = this.#serving.hides === undefined || exposed === '' ? exposed : url.origin
    const head = { status: response.statusCode!, reason: response.statusMessage ?? '', headers, exposed: told }
    this.#watched.answered(head.status)
    const isStream = mediaTypeOf(headers) === 'text/event-stream' && isIdentityCoded(headers)
    const isMetadata = isMetadataTarget(asked.target) && head.status === 200 && isIdentityCoded(headers)
    const kept = without(headers, serviceField.toLowerCase(), ...(isStream || isMetadata ? ['content-length'] : []))
    await this.#queue({ type: 'head', head: { ...head, headers: [...kept, [serviceField, this.#guard.service]] } })
    if (isStream) return this.#answerEvents(response)
    const content = isMetadata
      ? metadataWith(response as AsyncIterable<Buffer>, (address) => addressTowardsCaller(address, asked))
      : (response as AsyncIterable<Buffer>)
    for await (const octets of content) {
      for (let at = 0; at < octets.length; at += pieceOctets) {
        const piece = octets.subarray(at, at + pieceOctets)
        // Of a short answer head, content and end are stored together; of a long one each piece, so that no turn is long.
        const message = { type: 'body', octets: piece } as const
        await (piece.length < shortOctets ? this.#queue(message) : this.#send(message))
      }
    }
  }

  async #answerEvents(response: IncomingMessage): Promise<void> {
    const splitter = new EventSplitter(maxEventOctets)
    let isBetweenEvents = true // a piece of a very long event may look like a comment
    try {
      for await (const octets of response as AsyncIterable<Buffer>) {
        for (const event of splitter.push(octets)) {
          if (!isBetweenEvents || !isComment(event)) await this.#event(event)
          isBetweenEvents = endsEvent(event)
        }
      }
      const rest = splitter.rest()
      if (rest.length > 0) await this.#event(rest)
    } catch (error) {
      const { aborted, reason } = this.#signal
      // Of one that was cancelled nothing is gone on with; one that waits for the next side-car is.
      if (aborted && !(reason instanceof AgentError && reason.code === 'closed')) this.#forgetProgress()
      if (aborted || this.#origin === undefined || this.#progress.over) throw error
      await this.#continue() // the local server broke off
    }
    this.#forgetProgress()
  }

  #forgetProgress(): void {
    this.#serving.notes.forgetProgress(this.#exchange.id)
  }

  async #event(octets: Uint8Array): Promise<void> {
    const data = this.#origin === undefined ? undefined : jsonObject(dataOf(octets))
    const event = this.#origin?.binding === 'jsonrpc' ? (data?.['result'] as StreamEvent | undefined) : data
    if (event !== undefined) this.#note(event)
    await this.#send({ type: 'event', octets })
  }

  /** Noted before it is sent: whatever the journal holds after a crash, there is a note for it. */
  #note(event: StreamEvent): void {
    this.#progress = afterEvent(this.#progress, event)
    const note: StreamNote = { origin: this.#origin!, progress: this.#progress }
    this.#serving.notes.setProgress(this.#exchange.id, this.#exchange.sent + 1, note)
  }

  async #continue(): Promise<void> {
    const headers = this.#serving.policy.renewed(this.#origin!.headers)
    const server = new TaskServer({ ...this.#origin!, headers }, this.#signal)
    const telling: Telling = {
      progress: () => this.#progress,
      tell: async (event) => {
        this.#note(event)
        await this.#send({ type: 'event', octets: server.written(event) })
      },
    }
    const signal = this.#signal
    for (let breaks = 0; ;) {
      const before = this.#exchange.sent
      try {
        return await continueTask(server, telling)
      } catch (error) {
        if (signal.aborted || error instanceof AgentError || !(error instanceof Error)) throw error
        breaks = this.#exchange.sent > before ? 0 : breaks + 1
        if (error instanceof TaskError || error instanceof ProblemError || breaks === maxBreaks)
          throw interrupted(error)
      }
      await pause(pauseBehindBreak, undefined, { signal })
    }
  }

  async #orBroken(response: Promise<IncomingMessage>): Promise<IncomingMessage> {
    try {
      return await response
    } catch (error) {
      if (this.#signal.aborted || error instanceof ProblemError) throw error
      const { code = 'no response' } = error as NodeJS.ErrnoException
      throw new ProblemError('interrupted', `the remote side-car's server broke off before it answered (${code})`)
    }
  }

  async #send(message: ResponseMessage): Promise<void> {
    await this.#queue(message)
    await this.#exchange.stored()
  }

  async #queue(message: ResponseMessage): Promise<void> {
    this.#guard.signal.throwIfAborted()
    await this.#exchange.queue(encodeResponseMessage(message))
  }
}
