/**
 * Members of one group on a network that cuts streams, delays, and splits; members that are killed between the write of an
 * event and what follows from it, and come back with what their disk has. Time and chance are the test's.
 */
import { type AgentId, agentIdOf } from '@vagus/identity'
import { channelCrypto, identityCrypto, signerOf } from '@vagus/transport'
import {
  decodeFrame,
  type Delivered,
  type Effects,
  encodeFrame,
  type Frame,
  freshOctets,
  type GroupCrypto,
  GroupEngine,
  type GroupRoster,
  type Rights,
} from '../src/index.ts'
import { MemoryStore } from './memory-store.ts'

export const crypto: GroupCrypto = { ...identityCrypto, ...channelCrypto, signerOf }

/** Numbers of 0..1 that depend on the seed alone (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const idOf = (number: number): AgentId => {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, number + 1)
  return agentIdOf(signerOf(seed).publicKey)
}

export const everything: Rights = { reads: true, writes: true }

/** In one `run`. */
const maxEvents = 1_000_000
/** Milliseconds between tries of peers that are not reached. */
const lookEvery = 50

interface Stream {
  readonly from: AgentId
  readonly to: AgentId
  /** When the frame before arrives. */
  last: number
  isOpen: boolean
}

export class Member {
  readonly id: AgentId
  store = new MemoryStore()
  engine: GroupEngine | undefined
  roster: GroupRoster = new Map()
  wakeAt = Infinity
  /** Tries of peers that were not reached. */
  readonly retryAt = new Map<AgentId, number>()
  readonly streams = new Map<AgentId, Stream>()

  constructor(id: AgentId) {
    this.id = id
  }
}

interface Event {
  readonly at: number
  readonly run: () => void
}

export interface Counted {
  frames: number
  octets: number
}

export class Simulation {
  readonly random: () => number
  readonly members: readonly Member[]
  now = 1_800_000_000_000
  /** Octets of sealed messages that each member keeps. */
  keeps = 64 * 2 ** 20
  /** Whether two members reach each other now. */
  reaches: (a: AgentId, b: AgentId) => boolean = () => true
  /** How likely a member is killed after an event was written, before anything of it is sent. */
  killsAtWrite = 0
  readonly reports: string[] = []
  readonly traffic: Record<Frame['type'], Counted> = {
    have: { frames: 0, octets: 0 },
    entry: { frames: 0, octets: 0 },
    stub: { frames: 0, octets: 0 },
    key: { frames: 0, octets: 0 },
    keyed: { frames: 0, octets: 0 },
  }
  readonly #events: Event[] = []

  constructor(count: number, seed: number) {
    this.random = chance(seed)
    this.members = Array.from({ length: count }, (_, number) => new Member(idOf(number)))
  }

  /** Everybody learns it at once; `delay`: each at a moment of its own within so many milliseconds. */
  setRoster(roster: GroupRoster, delay = 0): void {
    for (const member of this.members)
      this.after(delay * this.random(), () => {
        member.roster = roster
        const { engine } = member
        if (engine !== undefined) this.#apply(member, engine, engine.setRoster(roster, this.now))
        for (const [peer, stream] of member.streams) if (!roster.has(peer)) this.#close(stream)
      })
  }

  after(milliseconds: number, run: () => void): void {
    this.#at(this.now + milliseconds, run)
  }

  start(member: Member): void {
    const engine = new GroupEngine({
      group: 'operator',
      own: member.id,
      store: member.store,
      crypto,
      keeps: this.keeps,
    })
    member.engine = engine
    member.retryAt.clear()
    this.#apply(member, engine, engine.setRoster(member.roster, this.now))
  }

  kill(member: Member): void {
    member.engine = undefined
    const streams = this.members.flatMap((other) => [...other.streams.values()])
    for (const stream of streams) if (stream.from === member.id || stream.to === member.id) this.#close(stream)
  }

  /** Cuts the streams of two members; what was under way is lost. */
  cut(a: Member, b: Member): void {
    for (const stream of [a.streams.get(b.id), b.streams.get(a.id)]) if (stream !== undefined) this.#close(stream)
  }

  /** @returns the message, or why it was refused */
  publish(member: Member, text: string): string {
    const engine = member.engine!
    const fresh = Uint8Array.from({ length: freshOctets }, () => Math.floor(256 * this.random()))
    const content = { type: 'text/plain', octets: new TextEncoder().encode(text) }
    const published = engine.publish(content, this.now, fresh)
    if (published.type === 'refused') return published.problem
    this.#apply(member, engine, published.effects)
    return 'published'
  }

  /** Plays for so long. */
  run(milliseconds: number): void {
    const until = Math.ceil(this.now + milliseconds)
    for (let guard = 0; ; guard++) {
      if (guard > maxEvents) throw new Error('members tell each other more and more')
      this.#connect()
      const next = this.#events[0]
      const waking = this.#nextToWake()
      const at = Math.min(next?.at ?? Infinity, waking?.wakeAt ?? Infinity)
      if (Math.min(at, this.now + lookEvery) > until) break
      if (at > this.now + lookEvery) {
        this.now += lookEvery
        continue
      }
      this.now = Math.max(this.now, at)
      if (next !== undefined && next.at <= at) {
        this.#events.shift()
        next.run()
      } else {
        const engine = waking!.engine!
        waking!.wakeAt = Infinity
        this.#apply(waking!, engine, engine.tick(this.now))
      }
    }
    this.now = until
  }

  textsOf(member: Member): readonly string[] {
    return member.store.delivered
      .filter((each): each is Delivered => each.kind === 'message')
      .map(({ octets }) => new TextDecoder().decode(octets))
  }

  #nextToWake(): Member | undefined {
    let next: Member | undefined
    for (const member of this.members)
      if (member.engine !== undefined && member.wakeAt < (next?.wakeAt ?? Infinity)) next = member
    return next
  }

  #apply(member: Member, engine: GroupEngine, { sends, reports, wakeAt }: Effects): void {
    if (member.engine !== engine) return
    this.reports.push(...reports)
    member.wakeAt = Math.max(wakeAt, this.now + 1)
    if (this.random() < this.killsAtWrite) {
      this.kill(member)
      this.after(500 + 2000 * this.random(), () => this.start(member))
      return
    }
    for (const { to, frame } of sends) {
      const stream = member.streams.get(to)
      if (stream?.isOpen !== true) continue
      const octets = encodeFrame({ group: 'operator', frame })
      const counted = this.traffic[frame.type]
      counted.frames++
      counted.octets += octets.length
      stream.last = Math.max(stream.last, this.now + 2 + 20 * this.random())
      this.#at(stream.last, () => {
        if (stream.isOpen) this.#arrive(stream, octets)
      })
    }
  }

  /** Behind all that happens at the same time. */
  #at(at: number, run: () => void): void {
    let place = this.#events.length // rounded: clocks of hosts have whole milliseconds
    while (place > 0 && this.#events[place - 1]!.at > Math.ceil(at)) place--
    this.#events.splice(place, 0, { at: Math.ceil(at), run })
  }

  #arrive({ from, to }: Stream, octets: Uint8Array): void {
    const member = this.members.find(({ id }) => id === to)!
    const { engine } = member
    if (engine !== undefined) this.#apply(member, engine, engine.receive(from, decodeFrame(octets).frame, this.now))
  }

  #connect(): void {
    for (const member of this.members) {
      const { engine } = member
      if (engine === undefined) continue
      for (const peer of engine.wanted()) {
        if (member.streams.has(peer) || (member.retryAt.get(peer) ?? 0) > this.now) continue
        member.retryAt.set(peer, this.now + 300)
        this.#open(member, peer)
      }
    }
  }

  #open(member: Member, peer: AgentId): void {
    const other = this.members.find(({ id }) => id === peer)!
    const { engine } = member
    if (engine === undefined || member.streams.has(peer)) return
    const isAdmitted = member.roster.has(peer) && other.roster.has(member.id)
    if (other.engine === undefined || !this.reaches(member.id, peer) || !isAdmitted) {
      this.#apply(member, engine, engine.reached(peer, 'down', this.now))
      return
    }
    member.streams.set(peer, { from: member.id, to: peer, last: this.now, isOpen: true })
    this.#apply(member, engine, engine.reached(peer, 'up', this.now))
    this.after(5, () => this.#open(other, member.id)) // whoever is spoken to answers
  }

  #close(stream: Stream): void {
    if (!stream.isOpen) return
    stream.isOpen = false
    const member = this.members.find(({ id }) => id === stream.from)!
    member.streams.delete(stream.to)
    const { engine } = member
    if (engine !== undefined) this.#apply(member, engine, engine.reached(stream.to, 'down', this.now))
    const back = this.members.find(({ id }) => id === stream.to)!.streams.get(stream.from)
    if (back !== undefined) this.#close(back)
  }
}
