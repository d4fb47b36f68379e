/** The streams of a link by protocol: those opened by local programs, and those of the other side. @module */
import type { Duplex } from 'node:stream'
import { earlyStream, type SessionEvent, type StreamId, type TrafficClass, trafficClasses } from '@vagus/channel'
import { AsyncQueue } from '../async-queue.ts'
import type { IncomingStream } from '../connection.ts'
import { type AgentError, agentErrorWithoutStack } from '../errors.ts'
import { clock } from './clock.ts'
import { windows } from './link-limits.ts'
import { QueuesByProtocol } from './queues-by-protocol.ts'
import type { Service } from '../service.ts'
import { exchangeProtocol, readStreamHeader, type StreamHeader, streamHeader } from './service-header.ts'
import type { SessionRunner } from './session-runner.ts'
import { brokenOff, SessionStream, type StreamOwner } from './session-stream.ts'
import { treatmentOf } from './treatment.ts'

export type StreamEvent = Extract<SessionEvent, { readonly stream: StreamId }>

/** A stream of the other side before its protocol is known. */
interface Nameless {
  readonly class: TrafficClass
  head: Uint8Array
}

/**
 * `exchanges`: the peer is identified, but not proven to be present. Its early octets are acted on once, whenever they
 * were sent; an exchange recognises its caller, but other protocols may not.
 */
type Trust = 'nothing' | 'exchanges' | 'all'

const queueOfStreams = (): AsyncQueue<IncomingStream> => new AsyncQueue(windows.peerStreams, 'refuse the newest')

const refuse = ({ stream }: IncomingStream): void => void stream.destroy()

/** The owner of the streams. */
export interface StreamsUser {
  /** The other side opened a stream for an exchange. */
  exchange(stream: SessionStream, trafficClass: TrafficClass): void
  readonly wantsReliable: boolean
  /** Either side opened its first stream of class `bulk`. */
  wantPaths(): void
}

export class LinkStreams implements StreamOwner {
  readonly #runner: SessionRunner
  readonly #user: StreamsUser
  readonly #streams = new Map<StreamId, SessionStream>()
  /** Defined only while there are some. */
  #nameless: Map<StreamId, Nameless> | undefined
  /**
   * Streams by class that wait until the other side allows more, which it does when others end; defined only while
   * there are some.
   */
  #waiting: Map<TrafficClass, SessionStream[]> | undefined
  readonly #incoming = new QueuesByProtocol(queueOfStreams, refuse)
  /** Which streams of the other side are accepted. */
  #trust: Trust = 'nothing'
  #end: AgentError | undefined

  constructor(runner: SessionRunner, user: StreamsUser) {
    this.#runner = runner
    this.#user = user
  }

  /** Open streams of both sides. */
  get count(): number {
    const waiting = [...(this.#waiting?.values() ?? [])].reduce((sum, { length }) => sum + length, 0)
    return this.#streams.size + (this.#nameless?.size ?? 0) + waiting
  }

  /** Octets received that no program has read. */
  get unread(): number {
    let octets = this.#runner.session.unread
    for (const stream of this.#streams.values()) octets += stream.readableLength
    return octets
  }

  open(service: Service): Duplex {
    const stream = new SessionStream(this.#runner, this, undefined, streamHeader(service))
    if (this.#end !== undefined) return stream.destroy(this.#end)
    const { class: trafficClass = 'call' } = service
    if (trafficClass === 'bulk' && !this.#user.wantsReliable) this.#user.wantPaths()
    const id = this.#waiting === undefined ? this.#allowed(trafficClass) : undefined
    if (id !== undefined) this.#begin(stream, id)
    else {
      this.#waiting ??= new Map(trafficClasses.map((each) => [each, []]))
      this.#waiting.get(trafficClass)!.push(stream)
      this.openWaiting()
    }
    return stream
  }

  incoming(protocol: string): AsyncIterableIterator<IncomingStream, undefined> {
    return this.#incoming.of(protocol).iterate()
  }

  /** The stream that started with early octets of this side; `rest` follows them. */
  begun(rest: Uint8Array): Duplex {
    const stream = new SessionStream(this.#runner, this, earlyStream, new Uint8Array(0))
    if (this.#end !== undefined) return stream.destroy(this.#end)
    this.#streams.set(earlyStream, stream)
    stream.treat('call')
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
      if (event.class === 'bulk' && !this.#user.wantsReliable) this.#user.wantPaths()
    } else if (event.type === 'readable' && stream === undefined) this.#readHeader(event.stream)
    else if (event.type === 'readable') stream?.sessionHas()
    else if (event.type === 'writable') stream?.sessionTakes()
    else if (event.type === 'delivered') this.openWaiting()
    else if (event.type === 'reset') {
      if (stream === undefined) this.#forget(event.stream)
      stream?.destroy(agentErrorWithoutStack('cancelled', `the other side reset the stream (${event.code})`))
    } else stream?.destroy(agentErrorWithoutStack('cancelled', 'the other side stopped the stream'))
  }

  close(error: AgentError): void {
    this.#end = error
    for (const stream of this.#streams.values()) stream.destroy(error)
    for (const streams of this.#waiting?.values() ?? []) for (const stream of streams) stream.destroy(error)
    this.#waiting = undefined
    this.#incoming.end()
  }

  /** Must be called when the other side allows more; the most urgent class comes first. */
  openWaiting(): void {
    for (const [trafficClass, streams] of this.#waiting ?? []) {
      for (let first = streams[0]; first !== undefined; first = streams[0]) {
        const id = first.destroyed ? undefined : this.#allowed(trafficClass)
        if (id === undefined && !first.destroyed) return
        streams.shift()
        if (id !== undefined) this.#begin(first, id)
      }
    }
    this.#waiting = undefined
  }

  /** One more stream; `undefined` if the other side does not allow it now. */
  #allowed(trafficClass: TrafficClass): StreamId | undefined {
    return this.#runner.session.openStream(treatmentOf(trafficClass, clock()))
  }

  #begin(stream: SessionStream, id: StreamId): void {
    this.#streams.set(id, stream)
    stream.begin(id)
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

  /** It ended before its protocol was known, so no one will answer. */
  #forget(id: StreamId): void {
    this.#named(id)
    this.#runner.session.reset(id, brokenOff)
    this.#runner.wake()
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
        this.#forget(id)
        return
      }
      nameless.head = nameless.head.length === 0 ? octets : Buffer.concat([nameless.head, octets])
    }
  }

  #arrived(id: StreamId, trafficClass: TrafficClass, { protocol, priority, rest }: StreamHeader): void {
    const stream = new SessionStream(this.#runner, this, id, rest)
    this.#streams.set(id, stream)
    if (protocol === exchangeProtocol) this.#user.exchange(stream, trafficClass)
    else if (!this.#incoming.of(protocol).push({ protocol, priority, class: trafficClass, stream })) stream.destroy()
    stream.sessionHas()
  }
}
