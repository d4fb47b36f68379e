/**
 * GRASP nodes on links in virtual time: multicasts may be lost, TCP is reliable and cut anywhere. Everything follows from
 * the seed.
 * @module
 */
import {
  type ApiEffect,
  type ApiEvent,
  type Config,
  createNode,
  defaultLimits,
  type Effect,
  type Event,
  type Node,
  type Peer,
  step,
} from '../src/index.ts'

/** Equal numbers for equal seeds: 0 up to `below`, exclusive. */
export function random(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** fd00::n of a node, fe80::n:i of its interface. */
export const globalAddress = (node: number): Uint8Array =>
  Uint8Array.of(0xfd, ...Array.from({ length: 13 }, () => 0), node >> 8, node & 255)
export const linkLocalAddress = (node: number, link: number): Uint8Array =>
  Uint8Array.of(0xfe, 0x80, ...Array.from({ length: 11 }, () => 0), link, node >> 8, node & 255)

export interface Member {
  readonly index: number
  readonly node: Node
  readonly config: Config
  readonly told: ApiEffect[]
  /** Called for each effect that is for an ASA; may call `act`. */
  onTold: ((effect: ApiEffect) => void) | undefined
}

interface Pipe {
  readonly ends: readonly [{ member: Member; id: number }, { member: Member; id: number }]
  /** Time of the last delivery to each end, so that nothing overtakes. */
  readonly last: [number, number]
  state: 'open' | 'closed'
}

export interface NetworkOptions {
  readonly nodes: number
  /** Nodes on each link. */
  readonly links: readonly (readonly number[])[]
  readonly seed?: number
  /** Multicasts lost, of 100. */
  readonly lossPercent?: number
  readonly config?: Partial<Config>
}

export class VirtualNetwork {
  readonly members: Member[] = []
  /** Copies of multicasts by link and sender, `link sender`. */
  readonly copies = new Map<string, number>()
  now = 1_700_000_000_000
  readonly #options: NetworkOptions
  readonly #random: (below: number) => number
  readonly #queue: { at: number; run: () => void }[] = []
  readonly #pipes = new Map<string, Pipe>()
  #nextAccepted = 2

  constructor(options: NetworkOptions) {
    this.#options = options
    this.#random = random(options.seed ?? 1)
    for (let index = 0; index < options.nodes; index++) {
      const draw = random((options.seed ?? 1) * 1000 + index)
      const config: Config = {
        address: globalAddress(index),
        port: 40_000 + index,
        mode: 'domain',
        rapid: 'off',
        limits: defaultLimits,
        drawSessionId: () => draw(2 ** 32),
        ...options.config,
      }
      this.members.push({ index, node: createNode(config), config, told: [], onTold: undefined })
    }
    for (const [link, indices] of options.links.entries()) {
      for (const index of indices) {
        this.act(index, { type: 'interface-up', interface: link, address: linkLocalAddress(index, link) })
      }
    }
  }

  /** Lets something happen to a node now. */
  act(index: number, event: WithoutNow<Event>): readonly ApiEffect[] {
    const member = this.members[index]!
    const [, effects] = step(member.node, { ...event, now: this.now }, member.config)
    return effects.flatMap((effect) => this.#carryOut(member, effect) ?? [])
  }

  /** A call of an ASA; what it was told at once. */
  call(index: number, event: WithoutNow<ApiEvent>): readonly ApiEffect[] {
    return this.act(index, event)
  }

  /** Plays what is under way for `ms`, with a tick of each node every 50. */
  run(ms: number): void {
    const end = this.now + ms
    for (let tickAt = this.now + 50; ; tickAt += 50) {
      const until = Math.min(tickAt, end)
      this.#play(until)
      this.now = until
      for (const { index } of this.members) this.act(index, { type: 'tick' })
      if (until === end) return
    }
  }

  #play(until: number): void {
    for (let next = this.#queue[0]; next !== undefined && next.at <= until; next = this.#queue[0]) {
      this.#queue.shift()
      this.now = Math.max(this.now, next.at)
      next.run()
    }
  }

  /** Keeps the queue in order of time, then of insertion. */
  #later(at: number, run: () => void): void {
    let low = 0
    let high = this.#queue.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#queue[middle]!.at <= at) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, { at, run })
  }

  #carryOut(member: Member, effect: Effect): ApiEffect | undefined {
    const key = 'connection' in effect ? `${member.index} ${effect.connection}` : ''
    if (effect.type === 'multicast') return this.#multicast(member, effect.interface, effect.octets)
    if (effect.type === 'deliver') return this.#deliver(member, effect.to, effect.octets)
    if (effect.type === 'connect') return this.#connect(member, effect)
    if (effect.type === 'send') return this.#send(key, undefined, effect.octets)
    if (effect.type === 'close') return this.#close(key, undefined)
    member.told.push(effect)
    member.onTold?.(effect)
    return effect
  }

  #deliver(member: Member, { address, interface: link }: Peer, octets: Uint8Array): undefined {
    const key = this.#open(member, address, link, undefined)
    if (key === undefined) return
    this.#send(key, 0, octets)
    this.#close(key, 0)
  }

  #connect(member: Member, effect: Extract<Effect, { readonly type: 'connect' }>): undefined {
    const { to, connection } = effect
    const address = 'address' in to ? to.address : new Uint8Array(16)
    const key = this.#open(member, address, effect.interface, connection)
    if (key === undefined) this.#later(this.now + 1, () => this.act(member.index, { type: 'closed', connection }))
  }

  #multicast(sender: Member, link: number, octets: Uint8Array): undefined {
    const key = `${link} ${sender.index}`
    this.copies.set(key, (this.copies.get(key) ?? 0) + 1)
    const address = linkLocalAddress(sender.index, link)
    const from = { address, port: sender.config.port, interface: link }
    for (const index of this.#options.links[link] ?? []) {
      if (index === sender.index || this.#random(100) < (this.#options.lossPercent ?? 0)) continue
      this.#later(this.now + 1 + this.#random(4), () => this.act(index, { type: 'datagram', from, octets }))
    }
  }

  /** The key of a new pipe from `member`; undefined when nobody is there. */
  #open(member: Member, to: Uint8Array, link: number | undefined, connection: number | undefined): string | undefined {
    const index = to[14]! * 256 + to[15]!
    const peer = this.members[index]
    if (peer === undefined || to[0] === 0) return undefined
    const common = link ?? 0
    const mine = { member, id: connection ?? -1 }
    const theirs = { member: peer, id: this.#nextAccepted }
    this.#nextAccepted += 2
    const pipe: Pipe = { ends: [mine, theirs], last: [this.now, this.now], state: 'open' }
    const key = connection === undefined ? `deliver ${theirs.id}` : `${member.index} ${connection}`
    this.#pipes.set(key, pipe)
    this.#pipes.set(`${index} ${theirs.id}`, pipe)
    const from = { address: linkLocalAddress(member.index, common), port: 50_000, interface: common }
    this.#ordered(pipe, 1, () => this.act(index, { type: 'accepted', connection: theirs.id, from }))
    if (connection !== undefined)
      this.#ordered(pipe, 0, () => this.act(member.index, { type: 'connected', connection }))
    return key
  }

  #send(key: string, end: 0 | 1 | undefined, octets: Uint8Array): undefined {
    const pipe = this.#pipes.get(key)
    if (pipe === undefined || pipe.state === 'closed') return
    const from = end ?? (key === `${pipe.ends[0].member.index} ${pipe.ends[0].id}` ? 0 : 1)
    const to = from === 0 ? 1 : 0
    const { member, id } = pipe.ends[to]
    const cut = this.#random(octets.length + 1)
    for (const part of [octets.subarray(0, cut), octets.subarray(cut)]) {
      this.#ordered(pipe, to, () => this.act(member.index, { type: 'received', connection: id, octets: part }))
    }
  }

  #close(key: string, end: 0 | 1 | undefined): undefined {
    const pipe = this.#pipes.get(key)
    if (pipe === undefined || pipe.state === 'closed') return
    const from = end ?? (key === `${pipe.ends[0].member.index} ${pipe.ends[0].id}` ? 0 : 1)
    const to = from === 0 ? 1 : 0
    const { member, id } = pipe.ends[to]
    pipe.state = 'closed'
    this.#ordered(pipe, to, () => this.act(member.index, { type: 'closed', connection: id }))
  }

  #ordered(pipe: Pipe, to: 0 | 1, run: () => void): void {
    pipe.last[to] = Math.max(pipe.last[to], this.now) + 0.01 + this.#random(100) / 100
    this.#later(pipe.last[to], run)
  }
}

type WithoutNow<E> = E extends unknown ? Omit<E, 'now'> : never
