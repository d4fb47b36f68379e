/** The streams of a link, by protocol: those that programs here open, and those that the other side does. @module */
import type { Duplex } from 'node:stream'
import { earlyStream, type SessionEvent, type StreamId, type TrafficClass } from '@vagus/channel'
import { AsyncQueue } from './async-queue.ts'
import type { IncomingStream } from './connection.ts'
import { type AgentError, agentErrorWithoutStack } from './errors.ts'
import { QueuesByProtocol } from './queues-by-protocol.ts'
import type { Service } from './service.ts'
import { exchangeProtocol, readStreamHeader, type StreamHeader, streamHeader } from './service-header.ts'
import type { SessionRunner } from './session-runner.ts'
import { SessionStream, type StreamOwner } from './session-stream.ts'

/** Streams of one protocol that nobody has taken yet; more are broken off. */
const maxWaitingStreams = 256

export type StreamEvent = Extract<SessionEvent, { readonly stream: StreamId }>

/** A stream of the other side, before it is known what is spoken in it. */
interface Nameless {
  readonly class: TrafficClass
  head: Uint8Array
}

/**
 * `exchanges`: it is proven who the other side is, but not that it is there. Its early octets are acted on once, whenever
 * they came; an exchange knows its caller again, other protocols may not.
 */
type Trust = 'nothing' | 'exchanges' | 'all'

const queueOfStreams = (): AsyncQueue<IncomingStream> => new AsyncQueue(maxWaitingStreams, 'refuse the newest')

/** Whose streams they are. */
export interface StreamsUser {
  /** The other side opened one for an exchange. */
  exchange(stream: Duplex): void
  /** Either side opened one of class `bulk`. */
  wantReliable(): void
}

export class LinkStreams implements StreamOwner {
  readonly #runner: SessionRunner
  readonly #user: StreamsUser
  readonly #streams = new Map<StreamId, SessionStream>()
  /** There while there are some. */
  #nameless: Map<StreamId, Nameless> | undefined
  /** Streams that the other side allows only when others have ended. */
  readonly #waiting: { readonly stream: SessionStream; readonly class: TrafficClass }[] = []
  readonly #incoming = new QueuesByProtocol(queueOfStreams, ({ stream }) => stream.destroy())
  /** Which streams of the other side are looked at. */
  #trust: Trust = 'nothing'
  #end: AgentError | undefined

  constructor(runner: SessionRunner, user: StreamsUser) {
    this.#runner = runner
    this.#user = user
  }

  /** Streams of both sides that are not over. */
  get count(): number {
    return this.#streams.size + (this.#nameless?.size ?? 0) + this.#waiting.length
  }

  /** Octets that came and that no program has read. */
  get unread(): number {
    let octets = this.#runner.session.unread
    for (const stream of this.#streams.values()) octets += stream.readableLength
    return octets
  }

  open(service: Service): Duplex {
    const stream = new SessionStream(this.#runner, this, undefined, streamHeader(service))
    if (this.#end !== undefined) return stream.destroy(this.#end)
    this.#waiting.push({ stream, class: service.class ?? 'call' })
    if (service.class === 'bulk') this.#user.wantReliable()
    this.openWaiting()
    return stream
  }

  incoming(protocol: string): AsyncIterableIterator<IncomingStream, undefined> {
    return this.#incoming.of(protocol).iterate()
  }

  /** The stream that began with early octets of this side; `rest` comes behind them. */
  begun(rest: Uint8Array): Duplex {
    const stream = new SessionStream(this.#runner, this, earlyStream, new Uint8Array(0))
    if (this.#end !== undefined) return stream.destroy(this.#end)
    this.#streams.set(earlyStream, stream)
    if (rest.length > 0) stream.write(rest)
    return stream
  }

  trust(what: Trust): void {
    this.#trust = what
    for (const id of this.#nameless?.keys() ?? []) this.#readHeader(id)
  }

  happened(event: StreamEvent): void {
    const stream = this.#streams.get(event.stream)
    if (event.type === 'opened') {
      ;(this.#nameless ??= new Map()).set(event.stream, { class: event.class, head: new Uint8Array(0) })
      if (event.class === 'bulk') this.#user.wantReliable()
    } else if (event.type === 'readable' && stream === undefined) this.#readHeader(event.stream)
    else if (event.type === 'readable') stream?.sessionHas()
    else if (event.type === 'writable') stream?.sessionTakes()
    else if (event.type === 'delivered') this.openWaiting()
    else if (event.type === 'reset') {
      this.#named(event.stream)
      stream?.destroy(agentErrorWithoutStack('cancelled', `the other side broke the stream off (${event.code})`))
    } else stream?.destroy(agentErrorWithoutStack('cancelled', 'the other side wants no more of the stream'))
  }

  close(error: AgentError): void {
    this.#end = error
    for (const stream of this.#streams.values()) stream.destroy(error)
    for (const { stream } of this.#waiting.splice(0)) stream.destroy(error)
    this.#incoming.end()
  }

  /** To be called when the other side allows more. */
  openWaiting(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const { stream } = first
      if (!stream.destroyed) {
        const id = this.#runner.session.openStream({ class: first.class })
        if (id === undefined) return
        this.#streams.set(id, stream)
        stream.begin(id)
      }
      this.#waiting.shift()
    }
  }

  closed({ id }: SessionStream): void {
    if (id === undefined) return
    this.#streams.delete(id)
    this.openWaiting()
  }

  #named(id: StreamId): void {
    this.#nameless?.delete(id)
    if (this.#nameless?.size === 0) this.#nameless = undefined
  }

  #readHeader(id: StreamId): void {
    const nameless = this.#nameless?.get(id)
    if (nameless === undefined || this.#trust === 'nothing') return
    for (;;) {
      const header = readStreamHeader(nameless.head)
      if (header !== undefined) {
        if (this.#trust === 'exchanges' && header.protocol !== exchangeProtocol) return
        this.#named(id)
        this.#arrived(id, nameless.class, header)
        return
      }
      const octets = this.#runner.session.read(id)
      if (octets === undefined) return
      if (octets === 'end') {
        this.#named(id)
        return
      }
      nameless.head = nameless.head.length === 0 ? octets : Buffer.concat([nameless.head, octets])
    }
  }

  #arrived(id: StreamId, trafficClass: TrafficClass, { protocol, priority, rest }: StreamHeader): void {
    const stream = new SessionStream(this.#runner, this, id, rest)
    this.#streams.set(id, stream)
    if (protocol === exchangeProtocol) this.#user.exchange(stream)
    else if (!this.#incoming.of(protocol).push({ protocol, priority, class: trafficClass, stream })) stream.destroy()
    stream.sessionHas()
  }
}
