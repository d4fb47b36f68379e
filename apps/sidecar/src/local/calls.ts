/**
 * Calls of local programs: begins an exchange for each request, or finds the one that it belongs to already. A request is
 * the same as one before when it carries the same `Idempotency-Key`, the same A2A message to the same target with the
 * same credentials, or the id of an event of its response; nothing else is ever taken for a retry. Where a skill or a role is
 * called, that is what its notes say, so that a retry finds the call at whichever agent it is.
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { Agent, Exchange } from '@vagus/agent'
import { isOfClaim } from '@vagus/lookup'
import type { ServiceName } from '@vagus/qos'
import { TurnoverMap } from '@vagus/wire'
import type { Chooser } from '../found/chooser.ts'
import { HeldOctets, HeldRequest } from '../held-octets.ts'
import { type CallObserver, carrying } from '../observed/call-observer.ts'
import type { ObservedCall } from '../observed/observed-call.ts'
import { isPeeked } from '../observed/spoken.ts'
import type { CallNote, Notes } from '../notes.ts'
import { CallServices, serviceField } from '../roster/call-services.ts'
import { type A2aRequest, a2aRequestOf, asksForCard, rpcIdOf, speechOf } from '../wire/a2a-request.ts'
import { isCardTarget } from '../wire/agent-card.ts'
import { type Belongings, belongingsOf } from '../wire/belongings.ts'
import { endToEnd, type HeaderFields, isJson, valueOf, without } from '../wire/header-fields.ts'
import {
  encodeRequestHead,
  maxFields,
  maxHeadOctets,
  outsideProtocol,
  pieceOctets,
  protocol,
  type RequestHead,
} from '../wire/http-exchange.ts'
import { ProblemError, problemOfError } from '../wire/problem.ts'
import { isMetadataTarget } from '../wire/resource-metadata.ts'
import { Call, type CallParts, type Continuity } from './call.ts'
import { isBrowser, tokenHeader } from './guard.ts'
import { KeptResponses } from './kept-responses.ts'
import type { LocalRequest } from './local-request.ts'
import { Reaching } from './reaching.ts'
import { type Arriving, shortBody, wholeBody } from './request-body.ts'
import type { Rewriting } from './response-writer.ts'
import { checkDigest, keyOf, type RequestKey } from './request-key.ts'
import { readResumeId } from './resume-id.ts'

/** Of all requests that are held, until the exchange has them; beyond it a request is refused, to be tried again. */
const maxHeldOctets = 256 * 1024 * 1024
/**
 * Calls under way or kept for a retry. For a further one the oldest that is only kept is forgotten; if there is none,
 * the call is refused. Each holds an exchange of the journal.
 */
const maxCalls = 4096
const ofCalls: ReadonlySet<string> = new Set([protocol, outsideProtocol])
export type CallingAgent = Pick<Agent, 'id' | 'call' | 'connect' | 'connected' | 'exchanges'>

/** A request that may begin a call. */
interface Wanted {
  readonly local: LocalRequest
  readonly head: RequestHead
  readonly key: RequestKey | undefined
  readonly service: ServiceName
  readonly belongings: () => Belongings
  /** Where it was read. */
  readonly body: Uint8Array | undefined
  /** When it came, milliseconds since 1970. */
  readonly at: number
}

export interface CallsOptions {
  readonly calls?: number
  /** Of one caller, those whose answer is not out: also where the connection has gone and may come back. Default: as all. */
  readonly callsOfOne?: number
  readonly heldOctets?: number
  /** The same of one caller. */
  readonly heldOctetsOfOne?: number
  /** Default: without a roster, and nothing told. */
  readonly services?: CallServices
  /** For skills and roles; without it nobody answers to them. */
  readonly chooserOf?: ((callsTo: (agent: string) => number) => Chooser) | undefined
  readonly observer?: CallObserver | undefined
}

export class Calls {
  readonly #agent: CallingAgent
  readonly #chooser: Chooser | undefined
  readonly #reaching: Reaching
  readonly #services: CallServices
  readonly #notes: Notes
  readonly #observer: CallObserver | undefined
  readonly #limit: number
  readonly #limitOfOne: number
  readonly #active = new TurnoverMap<string, Call>()
  readonly #kept = new KeptResponses()
  readonly #held: HeldOctets
  /** Calls that are not begun yet, by key: another request with the same key may come meanwhile. */
  readonly #beginning = new TurnoverMap<string, { readonly digest: string; readonly call: Promise<Call> }>()

  constructor(
    agent: CallingAgent,
    notes: Notes,
    {
      calls = maxCalls,
      callsOfOne = calls,
      heldOctets = maxHeldOctets,
      heldOctetsOfOne: ofOneCaller = heldOctets,
      chooserOf,
      services = new CallServices(agent.id),
      observer,
    }: CallsOptions = {},
  ) {
    this.#services = services
    this.#observer = observer
    this.#agent = agent
    this.#chooser = chooserOf?.((id) => this.#openTo(id))
    this.#reaching = new Reaching(agent, this.#chooser)
    this.#limit = calls
    this.#limitOfOne = callsOfOne
    this.#held = new HeldOctets({ ofAll: heldOctets, ofOneCaller })
    this.#notes = notes
    for (const exchange of agent.exchanges()) if (ofCalls.has(exchange.protocol)) this.#goOn(exchange)
  }

  /** One that a process before this one began. */
  #goOn(exchange: Exchange): void {
    const note = this.#notes.call(exchange.id)
    // Without a key of its own, only who saw an event comes back: its head is noted then.
    const isResumable = note !== undefined && (note.digest !== '' || note.head !== undefined)
    const isByClaim = note !== undefined && isOfClaim(note.agent)
    const place = isByClaim ? { caller: note.caller, word: note.agent } : undefined
    const learner = place && this.#chooser?.learnerOf(place, exchange.peerName)
    const observed = this.#observer?.goesOn('caller', exchange.id, undefined)
    const continuity = isResumable ? 'resumable' : continuityOf(undefined, note)
    this.#callOf(exchange, { caller: note?.caller ?? '', continuity, learner, observed }).orphan()
  }

  /** Nothing is written down any more; what is kept stays so for the next start. */
  end(): void {
    for (const call of this.#active.values()) call.end()
  }

  /** Answers the request. @throws {ProblemError} and {AgentError} before anything was written */
  async answer(local: LocalRequest): Promise<void> {
    const held = new HeldRequest(this.#held, local.caller)
    // Its body is let go before the answer is waited for, which may take long.
    const { answered } = await this.#passOn(local, held).finally(() => held.release())
    await answered
  }

  /** Fulfilled when the request is with the exchange; `answered` once it is answered. */
  async #passOn(local: LocalRequest, held: HeldRequest): Promise<{ readonly answered: Promise<void> }> {
    const at = Date.now()
    const { request, response, target, here } = local
    const asked = headOf(local)
    const { headers } = asked
    const body = await this.#inspected(local, asked, held)
    const service = this.#services.ofOwnCall(wishOf(local), asked, body)
    const message = body === undefined ? undefined : a2aRequestOf(asked, body)
    const key = keyOf(local, asked, body, message)
    const content = await this.#peeked(asked, body, { request, held })
    const isForCard = isCardTarget(target) || callsForCard(body, message)
    const isMetadata = isMetadataTarget(target)
    const head = isForCard || isMetadata || key?.rpcId !== undefined ? readable(asked) : asked
    const resumed = readResumeId(valueOf(headers, 'last-event-id'))
    const belongings = (): Belongings => belongingsOf(asked, body, message)
    const wanted = { local, head, key, service, belongings, body: content, at }
    const { call, note } =
      resumed === undefined ? await this.#callFor(wanted) : this.#resumable(resumed.exchange, local)
    const rpcId = rpcIdOfRetry(note, body)
    const cardBase = isForCard ? here : undefined
    const rewriting = { here, rpcId, cardBase, isMetadata, ...readerOf(local) }
    const answered = call.answer({ response, after: resumed?.cursor ?? 0, rewriting })
    if (resumed === undefined) await (content === undefined ? call.stream(request) : call.upload(content))
    return { answered }
  }

  /** The content where somebody here wants to read it: who knows a retry, or who says which service it gets. */
  async #inspected(
    { request, outside }: LocalRequest,
    asked: RequestHead,
    held: HeldRequest,
  ): Promise<Uint8Array | undefined> {
    if (outside !== undefined) {
      const body = await wholeBody({ request, held }, outside.maxOctets, 'a request here')
      outside.check(asked, body)
      return body
    }
    return isInspected(asked) || this.#services.readsContentOf(asked) ? wholeBody({ request, held }) : undefined
  }

  /** Also where only observers want to read it, or where it goes with the beginning of the call. */
  async #peeked(asked: RequestHead, body: Uint8Array | undefined, { request, held }: Arriving) {
    if (body !== undefined) return body
    const isTold = this.#observer?.isTracing === true && isPeeked(asked)
    return isTold ? wholeBody({ request, held }) : shortBody(request)
  }

  /** The call that this key began, or a new one. */
  async #callFor(wanted: Wanted): Promise<Known> {
    const { key } = wanted
    if (key === undefined) return { call: await this.#begin(wanted), note: undefined }
    for (let other = this.#beginning.get(key.id); other !== undefined; other = this.#beginning.get(key.id)) {
      checkDigest(other.digest, key)
      await other.call.catch(() => undefined) // this one has another try
    }
    const known = this.#known(key)
    if (known !== undefined) return known
    const call = this.#begin(wanted).finally(() => this.#beginning.delete(key.id))
    this.#beginning.set(key.id, { digest: key.digest, call })
    return { call: await call, note: undefined }
  }

  /** The call that this key began. */
  #known(key: RequestKey): Known | undefined {
    const note = this.#notes.call(key.id)
    const call = this.#active.get(key.id)
    if (note === undefined || call === undefined) return undefined
    checkDigest(note.digest, key)
    return { call, note }
  }

  /** The call whose event this caller saw last. */
  #resumable(id: string, { caller, agent }: LocalRequest): Known {
    const note = this.#notes.call(id)
    const call = this.#active.get(id)
    if (call === undefined || note?.caller !== caller || note.agent !== agent) {
      throw new ProblemError('unknown-stream', 'Last-Event-ID names no stream of yours that is still kept; ask anew')
    }
    return { call, note }
  }

  #callOf(exchange: Exchange, parts: Pick<CallParts, 'caller' | 'continuity' | 'learner' | 'observed'>): Call {
    const present = this.#active.get(exchange.id)
    if (present !== undefined) return present
    const onOver = (): void => void this.#active.delete(exchange.id)
    const call = new Call(exchange, { ...parts, notes: this.#notes, room: this.#kept, onOver })
    this.#active.set(exchange.id, call)
    return call
  }

  /** Calls to the agent that are not answered to their end. */
  #openTo(id: string): number {
    return this.#active.values().reduce((sum, call) => sum + Number(call.from === id && !call.isDelivered), 0)
  }

  /** @throws {ProblemError} `limit` */
  #checkOwn(caller: string): void {
    if (this.#active.size < this.#limitOfOne) return
    const own = this.#active.values().filter((call) => call.caller === caller && !call.isDelivered)
    if (own.drop(this.#limitOfOne - 1).next().done === true) return
    throw new ProblemError('limit', `${this.#limitOfOne} calls of this caller are under way; go on with those`)
  }

  async #begin(wanted: Wanted): Promise<Call> {
    const observed = this.#observer?.begun('caller', wanted.head, wanted.body, wanted.at)
    try {
      return await this.#beginObserved(wanted, observed)
    } catch (error) {
      observed?.over(problemOfError(error))
      throw error
    }
  }

  async #beginObserved(
    { local, head: asked, key, service, belongings, body }: Wanted,
    observed: ObservedCall | undefined,
  ): Promise<Call> {
    this.#checkOwn(local.caller)
    if (this.#active.size >= this.#limit)
      this.#active
        .values()
        .find(({ isDelivered }) => isDelivered)
        ?.forget()
    if (this.#active.size >= this.#limit) throw new ProblemError('limit', `${this.#limit} calls are under way or kept`)
    const head = observed === undefined ? asked : carrying(asked, observed)
    if (head.headers.length > maxFields) {
      throw new ProblemError('head-too-large', `the head has ${head.headers.length} fields; ${maxFields} are carried`)
    }
    const octets = encodeRequestHead(head)
    if (octets.length > maxHeadOctets) {
      throw new ProblemError('head-too-large', `the head has ${octets.length} octets; ${maxHeadOctets} are carried`)
    }
    const { agent, target, caller } = local
    observed?.with('called', agent, undefined)
    const { name, id: peer, learner } = await this.#reaching.reach(local, belongings, observed)
    observed?.with('called', undefined, peer)
    const note = key ?? (head.speech === 'a2a' ? { id: randomUUID(), digest: '', rpcId: undefined } : undefined)
    if (note !== undefined) this.#notes.addCall({ ...note, caller, agent, target, head: undefined })
    const id = note === undefined ? {} : { id: note.id }
    const spoken = head.outsider === undefined ? protocol : outsideProtocol
    const options = { protocol: spoken, class: service, head: octets, ...id, ...contentIn(body) }
    const exchange = await this.#agent.call(name, options)
    if (observed !== undefined) {
      observed.peer = peer
      observed.keep(exchange.id)
    }
    return this.#callOf(exchange, { caller, continuity: continuityOf(key, note), learner, observed })
  }
}

/** What goes with the beginning of the call: as much as one message has. */
const contentIn = (body: Uint8Array | undefined): { readonly content?: Uint8Array } =>
  body !== undefined && body.length <= pieceOctets ? { content: body } : {}

const callsForCard = (body: Uint8Array | undefined, message: A2aRequest | undefined): boolean =>
  body !== undefined && message === undefined && asksForCard(body)

/** The id that the answer must carry, where it is another one than that of the request which began the call. */
function rpcIdOfRetry(note: CallNote | undefined, body: Uint8Array | undefined): string | undefined {
  const own = note === undefined || body === undefined ? undefined : rpcIdOf(body)
  return own === note?.rpcId ? undefined : own
}

function continuityOf(key: RequestKey | undefined, note: object | undefined): Continuity {
  if (key !== undefined) return 'resumable'
  return note === undefined ? 'ends with its connection' : 'by its events'
}

/** Which service the program asks for; nobody outside does. */
const wishOf = ({ request, outside }: LocalRequest): string | undefined =>
  outside === undefined ? request.headers[serviceField.toLowerCase()]?.toString() : undefined

const readerOf = ({ request, outside, tell }: LocalRequest): Pick<Rewriting, 'reader' | 'face' | 'tell'> => ({
  reader: isBrowser(request) || outside !== undefined ? 'browser' : 'program',
  face: outside?.face,
  tell,
})

interface Known {
  readonly call: Call
  /** `undefined`: this request has begun it. */
  readonly note: CallNote | undefined
}

function headOf({ request, target, outside }: LocalRequest): RequestHead {
  const given = endToEnd(request.rawHeaders)
  const headers = forwarded(outside === undefined ? given : outside.fields(given))
  // What answers HEAD could not be looked at, whether it is a card.
  const method = outside?.face.shows === 'cards' ? 'GET' : (request.method ?? 'GET')
  const asked = { method, target, headers, speech: speechOf(method, target, headers) }
  return outside?.outsider === undefined ? asked : { ...asked, outsider: outside.outsider }
}

const isInspected = ({ method, headers, speech }: RequestHead): boolean =>
  (speech === 'a2a' && method === 'POST' && isJson(headers)) || valueOf(headers, 'idempotency-key') !== undefined

/** Events, which we read, must not be compressed; the token is ours and nobody else's. */
function forwarded(headers: HeaderFields): HeaderFields {
  const own = without(headers, tokenHeader, serviceField.toLowerCase())
  return (valueOf(own, 'accept') ?? '').includes('text/event-stream') ? without(own, 'accept-encoding') : own
}

/** Neither must an answer into which we write: addresses in a card, or the id of a retry, which may be another one. */
const readable = (head: RequestHead): RequestHead => ({ ...head, headers: without(head.headers, 'accept-encoding') })
