/**
 * Sessions of one agent with several others over one radio, in simulated time: the real engine, a radio that takes time to
 * wake, and a meter that sees every packet. Each message says when it was written and when it must be there.
 */
import { Meter, type AccessProfile, Radio, type Route, Session, type TrafficClass } from '../../src/index.ts'
import { nodeCrypto } from '../node-crypto.ts'
import { establishedPair, octetsOf, randomOf } from '../virtual-network.ts'

export interface WorldOptions {
  readonly seed: number
  readonly profile: AccessProfile
  /** `at once`: nobody knows of the radio. `held`: the agent knows. `told`: its peers know, too. */
  readonly mode: 'at once' | 'held' | 'told'
  readonly sessions: number
  /** One way, milliseconds. */
  readonly delay: number
  /** Share of packets, 0..1. */
  readonly loss?: number
  /** Milliseconds after which a NAT before the agent forgets a binding; then nothing from outside gets in. */
  readonly natForgets?: number
}

export interface Delivered {
  readonly from: 'agent' | 'peer'
  readonly class: TrafficClass
  readonly writtenAt: number
  /** `Infinity`: it never came. */
  readonly at: number
  readonly deadline: number
}

interface End {
  readonly pair: number
  readonly side: 'agent' | 'peer'
  readonly session: Session
  /** When its timer is set. */
  timerAt: number
}

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** As the host's: timers that are further away are late by up to so much. */
const lateness = 250

export class World {
  now = 1_700_000_000_000
  readonly began = this.now
  readonly meter: Meter
  readonly random: () => number
  readonly ends: End[] = []
  readonly radio: Radio | undefined
  /** Of the radio: what a packet found. */
  readonly #options: WorldOptions
  readonly #routes: { readonly agent: Route; readonly peer: Route }[] = []
  readonly #sent = new Map<number, Delivered>()
  /** What arrives on streams that have not ended, by its number. */
  readonly #reading = new Map<string, number>()
  readonly #outAt: number[] = []
  #usedAt = -Infinity
  #queue: Task[] = []
  #order = 0
  packets = 0
  /** Packets from outside for which the NAT had no binding any more. */
  shutOut = 0

  constructor(options: WorldOptions) {
    this.#options = options
    const { seed, profile, mode, sessions } = options
    this.random = randomOf(seed)
    this.meter = new Meter(profile)
    const woke = (): void => this.ends.forEach((end) => this.at(this.now, () => this.#pump(end)))
    this.radio = mode === 'at once' ? undefined : new Radio({ plan: profile, of: 'here', woke })
    for (let pair = 0; pair < sessions; pair++) this.#open(pair)
  }

  #open(pair: number): void {
    const route = (radio?: Radio): Route => ({ kind: 'datagram', maxOctets: 1200, cost: 1, queued: 0, radio })
    const routes = { agent: route(this.radio), peer: route() }
    this.#routes.push(routes)
    const established = establishedPair(1000 * this.#options.seed + pair, undefined)
    for (const [side, role] of [
      ['agent', 'initiator'],
      ['peer', 'responder'],
    ] as const) {
      const session = new Session({
        established: established[role],
        crypto: nodeCrypto,
        route: routes[side],
        seed: octetsOf(this.random, 32),
        now: this.now,
      })
      if (side === 'peer' && this.#options.mode === 'told') session.sleep.ofPeer(this.#options.profile)
      const end: End = { pair, side, session, timerAt: Infinity }
      this.ends.push(end)
      // Agents get to know each other at different times, so that nothing is aligned by accident.
      this.at(this.now + 20_000 * this.random(), () => this.#pump(end))
    }
  }

  at(time: number, run: () => void): void {
    const item = { at: Math.max(time, this.now), order: this.#order++, run }
    const queue = this.#queue
    let index = queue.push(item) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      if (isBefore(queue[above]!, item)) break
      queue[index] = queue[above]!
      index = above
    }
    queue[index] = item
  }

  /** Lets milliseconds pass. */
  run(milliseconds: number): void {
    const end = this.now + milliseconds
    while (this.#queue.length > 0 && this.#queue[0]!.at <= end) {
      const next = this.#queue[0]!
      const last = this.#queue.pop()!
      if (last !== next) this.#sink(last)
      this.now = next.at
      next.run()
    }
    this.now = end
  }

  #sink(item: Task): void {
    const queue = this.#queue
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      if (below >= queue.length) break
      if (below + 1 < queue.length && isBefore(queue[below + 1]!, queue[below]!)) below++
      if (isBefore(item, queue[below]!)) break
      queue[index] = queue[below]!
      index = below
    }
    queue[index] = item
  }

  /** Sends a datagram that has to be there `within` milliseconds. */
  datagram(from: End['side'], pair: number, name: TrafficClass, within: number, octets = 200): void {
    const end = this.#end(from, pair)
    const content = new Uint8Array(octets)
    const id = this.#note(from, name, within)
    new DataView(content.buffer).setFloat64(0, id)
    end.session.sendDatagram(content, { class: name, deadline: this.now + within })
    this.#pump(end)
  }

  /** Opens a stream, sends and ends it. */
  stream(from: End['side'], pair: number, name: TrafficClass, within: number, octets = 500): void {
    const end = this.#end(from, pair)
    const stream = end.session.openStream({ class: name, deadline: this.now + within })
    if (stream === undefined) throw new Error('no more streams')
    const content = new Uint8Array(octets)
    new DataView(content.buffer).setFloat64(0, this.#note(from, name, within))
    end.session.write(stream, content, 'fin')
    this.#pump(end)
  }

  #end(side: End['side'], pair: number): End {
    return this.ends.find((end) => end.side === side && end.pair === pair)!
  }

  #note(from: End['side'], name: TrafficClass, within: number): number {
    const id = this.#sent.size
    this.#sent.set(id, { from, class: name, writtenAt: this.now, at: Infinity, deadline: this.now + within })
    return id
  }

  /** What was sent, in the order of writing. */
  messages(): readonly Delivered[] {
    return [...this.#sent.values()]
  }

  #came(id: number): void {
    const sent = this.#sent.get(id)!
    if (sent.at === Infinity) this.#sent.set(id, { ...sent, at: this.now })
  }

  #pump(end: End): void {
    const { session } = end
    for (let out; (out = session.transmit(this.now)) !== undefined;) this.#carry(end, out.octets.slice())
    for (const event of session.events()) {
      if (event.type === 'datagram') this.#came(new DataView(event.octets.buffer).getFloat64(0))
      if (event.type !== 'readable') continue
      const key = `${end.pair} ${end.side} ${event.stream}`
      let read = session.read(event.stream)
      for (; read instanceof Uint8Array; read = session.read(event.stream))
        if (!this.#reading.has(key)) this.#reading.set(key, new DataView(read.buffer, read.byteOffset).getFloat64(0))
      if (read !== 'end') continue
      const id = this.#reading.get(key)
      this.#reading.delete(key)
      if (id !== undefined) this.#came(id)
      session.write(event.stream, new Uint8Array(0), 'fin') // the other side has nothing to say
    }
    this.#arm(end)
  }

  #arm(end: End): void {
    const due = end.session.deadline()
    if (due >= end.timerAt || due === Infinity) return
    const wait = Math.max(due - this.now, 0.01)
    const at = this.now + (wait < 1000 ? wait : Math.ceil(wait / lateness) * lateness)
    end.timerAt = due
    this.at(at, () => {
      if (end.timerAt === due) end.timerAt = Infinity
      if (end.session.deadline() <= this.now) end.session.tick(this.now)
      this.#pump(end)
    })
  }

  #carry(end: End, octets: Uint8Array): void {
    const { delay, loss = 0, natForgets = Infinity } = this.#options
    this.packets++
    const other = this.ends.find(({ pair, side }) => pair === end.pair && side !== end.side)!
    if (end.side === 'agent') {
      const at = this.#awakeAt('sends')
      this.#pass(octets.length, at)
      this.#outAt[end.pair] = at
      if (this.random() >= loss) this.at(at + delay, () => this.#receive(other, octets))
      return
    }
    if (this.random() < loss) return
    this.at(this.now + delay, () => {
      if (this.now - (this.#outAt[end.pair] ?? -Infinity) > natForgets) {
        this.shutOut++
        return
      }
      this.#outAt[end.pair] = this.now // RFC 4787 REQ-6: packets from inside refresh, here those from outside do, too
      const at = this.#awakeAt('listens')
      this.#pass(octets.length, at)
      this.at(at, () => this.#receive(other, octets))
    })
  }

  #receive(end: End, octets: Uint8Array): void {
    end.session.receive(this.#routes[end.pair]![end.side], octets, this.now)
    this.#pump(end)
  }

  /** When the radio can pass what is there now: out of idle it takes time to wake, and listens only now and then. */
  #awakeAt(to: 'sends' | 'listens'): number {
    const { wakeMs, wakePeriod, tailMs } = this.#options.profile
    // It is waking already; for what the network keeps until it listens, it may wake before.
    if (this.now < this.#usedAt) return to === 'sends' ? Math.min(this.#usedAt, this.now + wakeMs) : this.#usedAt
    if (this.now - this.#usedAt < tailMs) return this.now
    if (to === 'sends') return this.now + wakeMs
    return Math.ceil(this.now / wakePeriod) * wakePeriod + wakeMs
  }

  #pass(octets: number, at: number): void {
    this.#usedAt = Math.max(this.#usedAt, at)
    this.meter.packet(octets, at)
  }
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
