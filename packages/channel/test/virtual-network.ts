/** Two sessions and links between them in virtual time: seeded delay, loss, duplication, reordering, cuts and rates. */
import {
  type Established,
  hybridSuite,
  RecordReader,
  type Route,
  Session,
  type SessionEvent,
  type SessionConfig,
} from '../src/index.ts'
import { nodeCrypto } from './node-crypto.ts'

/** A generator of numbers in 0..1 that is always the same for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function octetsOf(random: () => number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256))
}

export function establishedPair(
  seed: number,
  early: Uint8Array | undefined,
): { initiator: Established; responder: Established } {
  const random = randomOf(seed)
  const keys = {
    initiator: octetsOf(random, 32),
    responder: octetsOf(random, 32),
    exporter: octetsOf(random, 32),
    handshakeHash: octetsOf(random, 32),
  }
  const [a, b] = [octetsOf(random, 8), octetsOf(random, 8)]
  const common = { suite: hybridSuite, keys, payload: new Uint8Array(0), ...(early && { early }) }
  return {
    initiator: {
      ...common,
      role: 'initiator',
      remoteStatic: octetsOf(random, 32),
      connectionId: a,
      remoteConnectionId: b,
    },
    responder: {
      ...common,
      role: 'responder',
      remoteStatic: octetsOf(random, 32),
      connectionId: b,
      remoteConnectionId: a,
    },
  }
}

export interface LinkOptions {
  /** One way, milliseconds. */
  readonly delay: number
  readonly jitter?: number
  /** Shares of packets, 0..1. */
  readonly loss?: number
  readonly duplicate?: number
  readonly reorder?: number
  /** Octets per millisecond; with a queue of `queue` octets before it. */
  readonly rate?: number
  readonly queue?: number
  readonly kind?: Route['kind']
  readonly maxOctets?: number
  readonly cost?: number
}

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export type Side = 'a' | 'b'
const otherOf = (side: Side): Side => (side === 'a' ? 'b' : 'a')

/** A link as each side sees it. `cut` loses everything from then on, silently. */
export class Link {
  readonly routes: Readonly<Record<Side, Route>>
  options: LinkOptions
  isCut = false
  readonly freeAt = { a: 0, b: 0 }
  /** Reliable links deliver in order. */
  readonly lastAt = { a: 0, b: 0 }
  readonly readers = { a: new RecordReader(), b: new RecordReader() }
  octets = 0

  constructor(options: LinkOptions) {
    this.options = options
    const route = (): Route => ({
      kind: options.kind ?? 'datagram',
      maxOctets: options.maxOctets ?? (options.kind === undefined || options.kind === 'datagram' ? 1200 : 65_535),
      cost: options.cost ?? 0,
      queued: 0,
    })
    this.routes = { a: route(), b: route() }
  }
}

export class VirtualNetwork {
  readonly random: () => number
  now = 1_000_000
  readonly sessions = {} as Record<Side, Session>
  readonly links: Link[] = []
  readonly events: Record<Side, SessionEvent[]> = { a: [], b: [] }
  /** Called with each event as it is fetched. */
  readonly heard: Record<Side, (event: SessionEvent) => void> = { a: () => undefined, b: () => undefined }
  /** May change, keep or drop (`undefined`) what is under way. */
  tamper: (octets: Uint8Array, from: Side, link: Link) => Uint8Array | undefined = (octets) => octets
  #queue: Event[] = []
  #order = 0
  /** Times that a session asked to be called at a time that had passed after it was called. */
  overdue = 0
  /** Until when a host does nothing: what arrives waits in its kernel. */
  readonly busyUntil: Record<Side, number> = { a: -Infinity, b: -Infinity }

  constructor(seed: number, first: LinkOptions, config: Partial<SessionConfig> = {}, early?: Uint8Array) {
    this.random = randomOf(seed)
    const link = this.link(first)
    const { initiator, responder } = establishedPair(seed, early)
    const common = { crypto: nodeCrypto, now: this.now, ...config }
    const seedOctets = octetsOf(this.random, 32)
    this.sessions.a = new Session({ ...common, established: initiator, route: link.routes.a, seed: seedOctets })
    this.sessions.b = new Session({
      ...common,
      established: responder,
      route: link.routes.b,
      seed: octetsOf(this.random, 32),
    })
  }

  link(options: LinkOptions): Link {
    const link = new Link(options)
    this.links.push(link)
    return link
  }

  at(time: number, run: () => void): void {
    const event = { at: Math.max(time, this.now), order: this.#order++, run }
    let index = this.#queue.length
    while (index > 0 && this.#queue[index - 1]!.at > event.at) index--
    this.#queue.splice(index, 0, event)
  }

  /** Lets `ms` milliseconds pass; what the host does in `each` is done after every event. */
  run(ms: number, each: () => void = () => undefined): void {
    const end = this.now + ms
    for (let step = 0; ; step++) {
      if (step > 2_000_000) throw new Error('the network does not come to rest')
      each()
      for (const side of ['a', 'b'] as const) if (this.busyUntil[side] <= this.now) this.#pump(side)
      const dueOf = (side: Side): number => Math.max(this.sessions[side].deadline(), this.busyUntil[side])
      const due = Math.min(dueOf('a'), dueOf('b'))
      if (due <= this.now && ++this.overdue > 10_000) throw new Error(`${due} is past, and nothing is done about it`)
      const next = Math.min(this.#queue[0]?.at ?? Infinity, Math.max(due, this.now + 0.01))
      if (next > end) break
      this.now = next
      while (this.#queue.length > 0 && this.#queue[0]!.at <= this.now) this.#queue.shift()!.run()
      for (const side of ['a', 'b'] as const) {
        if (dueOf(side) <= this.now) this.sessions[side].tick(this.now)
      }
    }
    this.now = end
  }

  #pump(side: Side): void {
    const session = this.sessions[side]
    for (let count = 0; ; count++) {
      if (count > 10_000) throw new Error('transmit does not come to an end')
      const out = session.transmit(this.now)
      if (out === undefined) break
      const link = this.links.find(({ routes }) => routes[side] === out.route)
      if (link !== undefined) this.send(link, side, out.octets)
    }
    for (const event of session.events()) {
      this.events[side].push(event)
      this.heard[side](event)
    }
  }

  /** Puts `octets` on a link, as from `side`. */
  send(link: Link, side: Side, octets: Uint8Array): void {
    const { delay, loss = 0, duplicate = 0, reorder = 0 } = link.options
    const changed = this.tamper(octets, side, link)
    link.octets += octets.length
    const isDatagram = link.routes[side].kind === 'datagram'
    if (changed === undefined || (link.isCut && isDatagram)) return
    let at = this.#arrivalOf(link, side, changed.length)
    if (!isDatagram) {
      // A relay drops what its queue has no room for.
      if (link.routes[side].kind === 'message' && this.random() < loss / 4) return
      at = link.lastAt[side] = Math.max(link.lastAt[side], at)
      this.at(at, () => this.#deliver(link, side, changed.slice()))
      return
    }
    if (at === Infinity || this.random() < loss) return
    if (this.random() < reorder) at += delay * this.random()
    this.at(at, () => this.#deliver(link, side, changed.slice()))
    if (this.random() < duplicate) {
      this.at(at + delay * this.random(), () => this.#deliver(link, side, changed.slice()))
    }
  }

  /** `Infinity`: the queue before a slow link is full. */
  #arrivalOf(link: Link, side: Side, octets: number): number {
    const { delay, jitter = 0, rate, queue = Infinity } = link.options
    const late = delay + jitter * this.random()
    if (rate === undefined) return this.now + late
    const start = Math.max(link.freeAt[side], this.now)
    if (link.routes[side].kind === 'datagram' && (start - this.now) * rate > queue) return Infinity
    link.freeAt[side] = start + octets / rate
    return link.freeAt[side] + late
  }

  #deliver(link: Link, from: Side, octets: Uint8Array): void {
    if (link.isCut) {
      // TCP sends again until the link is mended, in order.
      if (link.routes[from].kind === 'datagram') return
      link.lastAt[from] = Math.max(link.lastAt[from], this.now + 50)
      this.at(this.now + 50, () => this.#deliver(link, from, octets))
      return
    }
    const to = otherOf(from)
    if (this.busyUntil[to] > this.now) {
      this.at(this.busyUntil[to], () => this.#deliver(link, from, octets))
      return
    }
    const receive = (packet: Uint8Array): void => {
      this.sessions[to].receive(link.routes[to], packet, this.now)
    }
    if (link.routes[to].kind === 'stream') link.readers[to].push(octets, receive)
    else receive(octets)
  }
}
