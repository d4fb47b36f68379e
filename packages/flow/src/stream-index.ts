/** The streams of one exporter, indexed by port, protocol and domain, by port, and by domain. @module */
import type { Limits } from './limits.ts'
import { LossSession } from './loss/session.ts'
import { type FlowProtocol, flowProtocols } from './protocol.ts'
import type { Stream, StreamIdentity } from './stream.ts'

/** Maximum number of other streams that are searched for templates, rates or start times. */
const maxSiblings = 64

interface Session {
  readonly loss: LossSession
  readonly streams: Set<Stream>
}

export class StreamIndex {
  readonly #limits: Pick<Limits, 'domainsPerSession'>
  readonly #streams = new Map<number, Stream>()
  readonly #sessions = new Map<number, Session>()
  /** By protocol and domain, newest last. */
  readonly #siblings = new Map<number, Stream[]>()
  #last: Stream | undefined

  constructor(limits: Pick<Limits, 'domainsPerSession'>) {
    this.#limits = limits
  }

  get size(): number {
    return this.#streams.size
  }

  get(port: number, protocol: FlowProtocol, domain: number): Stream | undefined {
    const last = this.#last
    if (last && last.port === port && last.domain === domain && last.protocol === protocol) return last
    const found = this.#streams.get(keyOf(port, protocol, domain))
    if (found) this.#last = found
    return found
  }

  all(): Iterable<Stream> {
    return this.#streams.values()
  }

  /** The loss session of a source port, for a new stream to join. */
  lossSession({ port, protocol }: StreamIdentity): LossSession {
    return this.#sessions.get(keyOf(port, protocol, 0))?.loss ?? new LossSession(this.#limits.domainsPerSession)
  }

  add(stream: Stream): void {
    const { port, protocol, domain } = stream
    this.#streams.set(keyOf(port, protocol, domain), stream)
    const siblings = this.#siblings.get(keyOf(0, protocol, domain))
    if (siblings) siblings.push(stream)
    else this.#siblings.set(keyOf(0, protocol, domain), [stream])
    const session = this.#sessions.get(keyOf(port, protocol, 0))
    if (session) session.streams.add(stream)
    else this.#sessions.set(keyOf(port, protocol, 0), { loss: stream.session, streams: new Set([stream]) })
  }

  remove(stream: Stream): void {
    const { port, protocol, domain } = stream
    this.#last = undefined
    this.#streams.delete(keyOf(port, protocol, domain))
    const siblings = this.#siblings.get(keyOf(0, protocol, domain)) ?? []
    const index = siblings.indexOf(stream)
    if (index >= 0) siblings.splice(index, 1)
    if (siblings.length === 0) this.#siblings.delete(keyOf(0, protocol, domain))
    stream.session.leave(stream.loss)
    const session = this.#sessions.get(keyOf(port, protocol, 0))
    session?.streams.delete(stream)
    if (session?.streams.size === 0) this.#sessions.delete(keyOf(port, protocol, 0))
  }

  /** The 64 newest streams of the same protocol and domain from other source ports, newest first. */
  *siblingsOf(stream: Stream): Iterable<Stream> {
    const siblings = this.#siblings.get(keyOf(0, stream.protocol, stream.domain)) ?? []
    for (let index = siblings.length - 1; index >= Math.max(0, siblings.length - maxSiblings); index--) {
      const one = siblings[index]!
      if (one !== stream) yield one
    }
  }

  /** Up to 64 streams of other domains from the same source port. */
  *domainsBeside(stream: Stream): Iterable<Stream> {
    let left = maxSiblings
    for (const one of this.#sessions.get(keyOf(stream.port, stream.protocol, 0))?.streams ?? []) {
      if (one !== stream) yield one
      if (--left <= 0) return
    }
  }
}

/** A number holds the key exactly: 32 bits of domain, 2 of protocol, 16 of port. */
const keyOf = (port: number, protocol: FlowProtocol, domain: number): number =>
  (domain * flowProtocols.length + flowProtocols.indexOf(protocol)) * 0x1_0000 + port
