/**
 * Plays mutated messages into nodes with small limits: octets flipped, cut, doubled, and whole items of messages changed.
 * Checks that none throws, that nothing grows past its limit, and that the node still serves afterwards. A few thousand
 * run with the unit tests; `npm run soak` plays millions.
 * @module
 */
import assert from 'node:assert/strict'
import { type CborValue, decodeCbor, encodeCbor } from '@vagus/wire'
import {
  type Config,
  createNode,
  decodeMessage,
  defaultLimits,
  type Effect,
  encodeMessage,
  type Event,
  type Limits,
  nextDeadline,
  type Node,
  step,
} from '../src/index.ts'
import { negotiated, registrationOf, synchronised } from './asas.ts'
import { captured, examples, fromHex, toHex } from './messages.ts'
import { globalAddress, linkLocalAddress, random } from './virtual-network.ts'

/** Small, so that every limit is reached soon. */
const limits: Limits = {
  ...defaultLimits,
  connections: 20,
  ownConnections: 4,
  connectionsOfPeer: 8,
  sessions: 10,
  seen: 100,
  multicastsPerSecond: 500,
  multicastBurst: 1000,
  neighbours: 4,
  relays: 20,
  discovered: 10,
  locatorsPerObjective: 3,
  floods: 20,
}

export interface FuzzResult {
  readonly messages: number
  /** Of them those that were still messages. */
  readonly wellFormed: number
  readonly effects: number
}

type Next = (below: number) => number
const numbers = [0, 1, 23, 24, 255, 256, 0x7fff_ffff, 0xffff_ffff, 2 ** 53, -1, 5, 6, 9, 99, 100, 103]

function mutateOctets(octets: Uint8Array, other: Uint8Array, next: Next): Uint8Array {
  let result: Uint8Array = octets.slice()
  for (let changes = 1 + next(2); changes > 0 && result.length > 0; changes--) {
    const at = next(result.length)
    const kind = next(6)
    if (kind < 2) result[at] = result[at]! ^ (1 << next(8))
    else if (kind === 2) result[at] = next(256)
    else if (kind === 3) result = result.slice(0, at)
    else if (kind === 4) result = Uint8Array.of(...result.subarray(0, at), ...other.subarray(next(other.length)))
    else result.set(other.subarray(0, result.length - at), at)
  }
  return result
}

/** Changes one item anywhere inside `value`: another kind, another number, dropped, doubled, nested. */
function mutateItem(value: CborValue, other: CborValue, next: Next): CborValue {
  if (!isList(value) || value.length === 0 || next(5) === 0) return replacement(value, other, next)
  const list = value.slice()
  const at = next(list.length)
  const kind = next(8)
  if (kind === 0) list.splice(at, 1)
  else if (kind === 1) list.splice(at, 0, list[next(list.length)])
  else if (kind === 2 && isList(other)) list[at] = other[next(Math.max(1, other.length))]
  else list[at] = mutateItem(list[at], other, next)
  return list
}

const isList = (value: CborValue): value is readonly CborValue[] => Array.isArray(value)

function replacement(value: CborValue, other: CborValue, next: Next): CborValue {
  const kinds: readonly (() => CborValue)[] = [
    () => numbers[next(numbers.length)],
    () => numbers[next(numbers.length)],
    () => null,
    () => other,
    () => [value],
    () => [],
    () => ['EX1', 'EX3', 'EX6', ''][next(4)],
    () => new Uint8Array([4, 16, 5, 300][next(4)]!),
    () => new Map([[1, value]]),
    () => ({ type: 'tag', tag: 24, value }),
    () => 'x'.repeat(next(400)),
    () => 1.5,
  ]
  return kinds[next(kinds.length)]!()
}

const sources = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => ({
  address: linkLocalAddress(index, 0),
  port: 1000 + index,
  interface: index % 3,
}))

class Target {
  readonly node: Node
  readonly config: Config
  readonly #next: Next
  readonly #handles: number[] = []
  now = 1_700_000_000_000
  effects = 0
  #handle = 0
  #connection = 2

  constructor(next: Next, mode: Config['mode']) {
    this.#next = next
    // Few session ids, so that mutated messages hit sessions that are open.
    const drawSessionId = (): number => next(8) + 1
    const address = fromHex('fd00000a001200000000000000000001')
    this.config = { address, port: 7017, mode, rapid: 'on', limits, drawSessionId }
    this.node = createNode(this.config)
    for (const link of [0, 1, 2])
      this.act({ type: 'interface-up', interface: link, address: linkLocalAddress(0, link) })
    this.act({ type: 'register-asa', handle: 0, asa: 'a' })
    for (const objective of [negotiated(1), synchronised(1)]) {
      this.act({ type: 'register', handle: 0, asa: 'a', registration: registrationOf(objective) })
      for (const to of ['negotiation', 'synchronization'] as const) {
        this.act({ type: 'listen', handle: 0, asa: 'a', name: objective.name, to })
      }
    }
  }

  act(event: Event extends infer E ? (E extends unknown ? Omit<E, 'now'> : never) : never): readonly Effect[] {
    const [, effects] = step(this.node, { ...event, now: this.now }, this.config)
    this.effects += effects.length
    for (const effect of effects) {
      if (effect.type === 'connect') this.#handles.push(effect.connection)
      if (effect.type === 'negotiation-requested') this.#answer(effect.handle)
    }
    return effects
  }

  /** Everything that a stranger may do with `octets`, and now and then something of our own ASA. */
  play(octets: Uint8Array): void {
    this.now += this.#next(50)
    const from = sources[this.#next(sources.length)]!
    this.act({ type: 'datagram', from, octets })
    const connection = this.#connection
    if (this.node.connections.has(connection)) this.#segment(connection, octets)
    else {
      this.act({ type: 'accepted', connection, from })
      this.#segment(connection, octets)
    }
    if (this.#next(3) === 0) {
      this.act({ type: 'closed', connection })
      this.#connection += 2
    }
    const open = this.#handles[this.#next(Math.max(1, this.#handles.length))]
    if (open !== undefined) this.#segment(open, octets)
    if (this.#next(20) === 0) this.#ask()
    if (this.#next(16) === 0) this.act({ type: 'tick' })
  }

  #segment(connection: number, octets: Uint8Array): void {
    const cut = this.#next(octets.length + 1)
    this.act({ type: 'received', connection, octets: octets.subarray(0, cut) })
    this.act({ type: 'received', connection, octets: octets.subarray(cut) })
  }

  #answer(handle: number): void {
    const kind = this.#next(5)
    if (kind === 0) this.act({ type: 'accept', handle })
    else if (kind === 1) this.act({ type: 'negotiate', handle, value: encodeCbor(kind) })
    else if (kind === 3) this.act({ type: 'send-invalid', handle, content: encodeCbor(kind) })
    else if (kind === 2) this.act({ type: 'wait', handle, waitingTime: this.#next(100_000) })
  }

  #ask(): void {
    const handle = this.#handle++
    const kind = this.#next(6)
    const to = { type: 'ipv6', address: globalAddress(3), protocol: 6, port: 1 } as const
    if (kind === 0) this.act({ type: 'discover', handle, objective: { ...negotiated(1), name: 'EX6' } })
    else if (kind === 1) this.act({ type: 'request-negotiation', handle, objective: negotiated(1), to })
    else if (kind === 2) this.act({ type: 'synchronize', handle, objective: synchronised(1), to })
    else if (kind === 3) this.act({ type: 'request-negotiation', handle, objective: negotiated(1) })
    else if (kind === 4) this.act({ type: 'discover', handle, objective: { ...negotiated(1), name: 'EX6' }, to })
    else this.act({ type: 'expire-flood', handle, asa: 'a', name: 'EX6' })
    for (const connection of this.#handles.splice(0, Math.max(0, this.#handles.length - 8))) {
      this.act({ type: 'closed', connection })
    }
    const last = this.#handles.at(-1)
    if (last !== undefined) this.act({ type: 'connected', connection: last })
  }

  /** Whether every table is within its limit, and a plain request is still answered. */
  check(seed: number): void {
    const { node } = this
    const sizes: readonly (readonly [string, number, number])[] = [
      ['connections', node.connections.size, limits.connections],
      ['connections of a peer', Math.max(0, ...node.accepted.values()), limits.connectionsOfPeer],
      ['sessions', node.negotiations.size + node.synchronizations.size, limits.sessions],
      ['seen', node.seen.size, limits.seen],
      ['relays', node.relays.size, limits.relays],
      ['discovered', node.discovered.size, limits.discovered],
      ['floods', node.floods.size, limits.floods],
      ['neighbours', node.rate.size, limits.neighbours + 1],
      ['recent', node.recent.size, limits.sessions],
    ]
    for (const [name, size, limit] of sizes) assert.ok(size <= limit, `seed ${seed}: ${size} ${name}, limit ${limit}`)
    assert.ok(
      (nextDeadline(node) ?? this.now) <= this.now + limits.waitMs,
      `seed ${seed}: something is awaited too long`,
    )
  }

  assertAlive(seed: number): void {
    this.now += limits.waitMs + 60_000
    this.act({ type: 'tick' })
    // Ticks end our turns and the peers'; connections that never came up end with their sessions.
    assert.equal(this.node.negotiations.size + this.node.searches.size, 0, `seed ${seed}: sessions are left`)
    if (this.config.mode === 'dull') return
    const octets = encodeMessage({ type: 'request-synchronization', sessionId: 77, objective: synchronised(null) })
    const connection = 1_000_000_000
    this.act({ type: 'accepted', connection, from: sources[0]! })
    const sent = this.act({ type: 'received', connection, octets }).flatMap((effect) =>
      effect.type === 'send' ? [decodeMessage(effect.octets).type] : [],
    )
    assert.deepEqual(sent, ['synch'], `seed ${seed}: the node serves no more`)
  }
}

/**
 * Plays `count` mutations, half of octets and half of structure, of the recorded messages and the examples of the RFC.
 * @throws {AssertionError} naming the seed and the message when a node breaks its word
 */
export function fuzz(count: number, seed: number): FuzzResult {
  const next = random(seed)
  const corpus = [...examples.map(({ hex }) => fromHex(hex)), ...captured().map(([, octets]) => octets)]
  const values = corpus.map((octets) => decodeCbor(octets))
  const targets = [new Target(next, 'domain'), new Target(next, 'domain'), new Target(next, 'dull')]
  let wellFormed = 0
  for (let index = 0; index < count; index++) {
    const [one, other] = [next(corpus.length), next(corpus.length)]
    // Every tenth goes as it is, so that there is state to break.
    const octets =
      index % 10 === 0
        ? corpus[one]!
        : index % 2 === 0
          ? mutateOctets(corpus[one]!, corpus[other]!, next)
          : encodeCbor(mutateItem(values[one], values[other], next))
    const target = targets[next(targets.length)]!
    try {
      wellFormed += isMessage(octets)
      target.play(octets)
    } catch (error) {
      const message = `seed ${seed}, message ${index} ${toHex(octets)}: ${error instanceof Error ? error.stack : String(error)}`
      throw new assert.AssertionError({ message })
    }
    if (index % 256 === 0) target.check(seed)
  }
  for (const target of targets) {
    target.check(seed)
    target.assertAlive(seed)
  }
  return { messages: count, wellFormed, effects: targets.reduce((sum, { effects }) => sum + effects, 0) }
}

/** 1 when `octets` are a message; what comes of writing and reading it again must be the same. */
function isMessage(octets: Uint8Array): 0 | 1 {
  let message
  try {
    message = decodeMessage(octets)
  } catch (error) {
    if (error instanceof Error && error.name === 'DecodeError') return 0
    throw error
  }
  assert.deepEqual(decodeMessage(encodeMessage(message)), message)
  return 1
}
