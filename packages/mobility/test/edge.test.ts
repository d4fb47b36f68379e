import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAddress, parseAddress } from '@vagus/address'
import fc from 'fast-check'
import {
  type Attached,
  defaultEdgeConfig,
  edgeNumber,
  type EdgeEffect,
  maxSequence,
  MobileEdge,
  type Standing,
  type Verified,
  verifyAttachment,
} from '../src/index.ts'
import { compareStandings } from '../src/sequence.ts'
import { agentWith, block, crypto, rotated, signed } from './agents.ts'

const agent = agentWith(1)
const first = verifyAttachment(signed(agent), block, crypto) as Verified
const address = formatAddress(first.address)
const asked = (changes: Partial<Verified> = {}): Verified => ({ ...first, ...changes })
const hop = (number: number): Uint8Array => parseAddress(`2001:db8:${number}::2`)
const words = (effects: readonly EdgeEffect[]): readonly string[] =>
  effects.map((one) => (one.type === 'happened' ? one.what : one.type))
const codeOf = (taken: ReturnType<MobileEdge['attach']>): string =>
  taken.type === 'refused' ? taken.refusal.code : taken.type

describe('an edge', () => {
  test('announces what attaches, renews it without a word, and withdraws it when the lease ends', () => {
    const edge = new MobileEdge('pe-1')
    const taken = edge.attach(asked(), 3, 1000)
    assert.ok(taken.type === 'attached')
    assert.deepEqual([words(taken.effects), taken.lifetime], [['announce', 'attached'], 30_000])
    assert.deepEqual(edge.attach(asked(), 3, 20_000).effects, [])
    assert.equal(edge.nextEnd(), 50_000)
    assert.deepEqual(edge.expire(49_999), [])
    assert.deepEqual(words(edge.expire(50_000)), ['withdraw', 'lapsed'])
    assert.equal(edge.nextEnd(), undefined)
  })

  test('gives no lease that is longer than its own', () => {
    const taken = new MobileEdge('pe-1').attach(asked({ lifetime: 86_400_000 }), 3, 0)
    assert.ok(taken.type === 'attached' && taken.lifetime === defaultEdgeConfig.lifetime)
  })

  test('withdraws when it hears of a newer attachment, and not of an older one or its own', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked(), 3, 0)
    assert.deepEqual(edge.heard(address, [], 1), [])
    assert.deepEqual(edge.heard(address, [{ sequence: 7, edge: edgeNumber('pe-1') }], 1), [])
    assert.deepEqual(edge.heard(address, [{ sequence: 6, edge: 9 }], 1), [])
    assert.deepEqual(
      words(
        edge.heard(
          address,
          [
            { sequence: 6, edge: 9 },
            { sequence: 8, edge: 2 },
          ],
          2,
        ),
      ),
      ['moved'],
    )
    assert.deepEqual(edge.attached(), [])
    assert.equal(edge.nextEnd(), 202)
    assert.deepEqual(words(edge.expire(201)), [])
    assert.deepEqual(words(edge.expire(202)), ['withdraw'])
    assert.equal(edge.nextEnd(), undefined)
  })

  test('does not withdraw what came back while the old link was drained', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked(), 3, 0)
    edge.heard(address, [{ sequence: 8, edge: 2 }], 1)
    assert.deepEqual(words(edge.attach(asked({ sequence: 9 }), 3, 100).effects), ['announce', 'attached'])
    assert.deepEqual(words(edge.expire(300)), [])
  })

  test('refuses what is not newer, also after the address has left it: a replay attaches nothing', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked(), 3, 0)
    edge.heard(address, [{ sequence: 8, edge: 2 }], 1)
    for (const sequence of [7, 8]) {
      const taken = edge.attach(asked({ sequence }), 3, 2)
      assert.ok(taken.type === 'refused')
      assert.deepEqual([taken.refusal.code, taken.refusal.sequence], ['superseded', 8])
    }
    edge.heard(address, [], 3)
    assert.equal(codeOf(edge.attach(asked(), 3, 60_000)), 'superseded')
    assert.equal(codeOf(edge.attach(asked({ sequence: 9 }), 3, 60_001)), 'attached')
  })

  test('remembers an address for as long as it is attached, and after', () => {
    const edge = new MobileEdge('pe-1')
    for (let now = 0; now <= 600_000; now += 10_000) {
      edge.expire(now)
      assert.equal(codeOf(edge.attach(asked(), 3, now)), 'attached')
    }
    assert.equal(codeOf(edge.attach(asked({ sequence: 6 }), 3, 600_001)), 'superseded')
    assert.deepEqual(words(edge.expire(640_000)), ['withdraw', 'lapsed'])
    assert.equal(codeOf(edge.attach(asked({ sequence: 6 }), 3, 700_000)), 'superseded')
  })

  test('forgets an address that nobody has, later than any challenge holds', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked({ sequence: maxSequence }), 3, 0)
    assert.equal(codeOf(edge.attach(asked({ sequence: maxSequence, nextHop: hop(2) }), 3, 1)), 'superseded')
    edge.expire(30_000)
    assert.equal(codeOf(edge.attach(asked(), 3, 100_000)), 'superseded')
    edge.expire(211_000)
    assert.equal(codeOf(edge.attach(asked(), 3, 211_001)), 'attached')
  })

  test('detaches what is in force, and nothing else', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked(), 3, 0)
    assert.deepEqual(words(edge.attach(asked({ lifetime: 0, sequence: 6 }), 3, 1).effects), [])
    assert.equal(edge.attached().length, 1)
    assert.deepEqual(words(edge.attach(asked({ lifetime: 0 }), 3, 2).effects), ['withdraw', 'detached'])
    assert.equal(edge.attached().length, 0)
  })

  test('holds an address that moves too often where it is, and says so once', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked({ sequence: 10 }), 3, 0)
    for (let move = 1; move <= 5; move++)
      edge.heard(address, [{ sequence: 10 + move, edge: 2 + (move % 2) }], move * 1000)
    const taken = edge.attach(asked({ sequence: 30 }), 3, 10_000)
    assert.ok(taken.type === 'refused')
    assert.deepEqual([taken.refusal.code, taken.refusal.retryAfter], ['damped', 171_000])
    assert.deepEqual(words(taken.effects), ['held'])
    assert.deepEqual(words(edge.attach(asked({ sequence: 31 }), 3, 11_000).effects), [])
    assert.equal(codeOf(edge.attach(asked({ sequence: 32 }), 3, 181_001)), 'attached')
  })

  test('knows an owner by the whole key, and the newest key by the longest log', () => {
    const edge = new MobileEdge('pe-1')
    edge.attach(asked({ rotations: 1 }), 3, 0)
    assert.equal(codeOf(edge.attach(asked({ id: 'did:key:z6MkOther', sequence: 8 }), 3, 1)), 'other-key')
    assert.equal(codeOf(edge.attach(asked({ sequence: 8 }), 3, 1)), 'signature')
    const newer = verifyAttachment(signed(rotated(agent, 1), { sequence: 8 }), block, crypto) as Verified
    assert.equal(codeOf(edge.attach(newer, 3, 2)), 'attached')
  })

  test('has one address of an agent, and so many over a link', () => {
    const edge = new MobileEdge('pe-1', { ...defaultEdgeConfig, perLink: 2 })
    const other = (number: number): Verified => verifyAttachment(signed(agentWith(number)), block, crypto) as Verified
    edge.attach(asked(), 3, 0)
    assert.equal(codeOf(edge.attach(asked({ address: parseAddress('fd00:77::1'), sequence: 8 }), 3, 0)), 'limit')
    assert.equal(codeOf(edge.attach(other(2), 3, 0)), 'attached')
    assert.equal(codeOf(edge.attach(other(3), 3, 0)), 'limit')
    assert.equal(codeOf(edge.attach(other(3), 4, 0)), 'attached')
    assert.equal(codeOf(edge.attach(asked({ sequence: 8 }), 3, 1)), 'attached')
  })

  test('announces after a restart what still holds, and gives way to what happened meanwhile', () => {
    const before = new MobileEdge('pe-1')
    before.attach(asked(), 3, 0)
    const kept = before.attached()
    const after = new MobileEdge('pe-1')
    assert.deepEqual(words(after.restore(kept, 5000)), ['announce'])
    assert.equal(codeOf(after.attach(asked({ sequence: 6 }), 3, 5001)), 'superseded')
    assert.deepEqual(words(after.heard(address, [{ sequence: 8, edge: 2 }], 5002)), ['moved'])
    assert.deepEqual(new MobileEdge('pe-1').restore(kept, 30_000), [])
  })
})

/** Edges that hear of each other in any order, each the last state of each other one, as over BGP. */
class Network {
  readonly edges: readonly MobileEdge[]
  /** Told by each edge to each other one, not heard yet. */
  readonly queues = new Map<string, (Standing | undefined)[]>()
  readonly #heard: (Standing | undefined)[][]

  constructor(count: number) {
    this.edges = Array.from(
      { length: count },
      (_, at) => new MobileEdge(`pe-${at}`, { ...defaultEdgeConfig, moves: 1000 }),
    )
    this.#heard = this.edges.map(() => [])
  }

  attach(at: number, changes: Partial<Verified>, now: number): void {
    this.#tell(at, this.edges[at]!.attach(asked({ nextHop: hop(at + 1), ...changes }), 1, now).effects)
  }

  deliver(from: number, to: number, now: number): void {
    const queue = this.queues.get(`${from} ${to}`) ?? []
    if (queue.length === 0) return
    const heard = this.#heard[to]!
    heard[from] = queue.shift()
    const standings = heard.filter((one) => one !== undefined)
    this.#tell(to, this.edges[to]!.heard(address, standings, now))
  }

  #tell(from: number, effects: readonly EdgeEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'happened') continue
      for (const to of this.edges.keys()) {
        if (to === from) continue
        const queue = this.queues.get(`${from} ${to}`) ?? []
        queue.push(effect.type === 'announce' ? effect.attached : undefined)
        this.queues.set(`${from} ${to}`, queue)
      }
    }
  }

  get announced(): readonly Attached[] {
    return this.edges.flatMap((edge) => edge.attached())
  }

  settle(now: number): void {
    for (const [at, edge] of this.edges.entries()) this.#tell(at, edge.expire(now + defaultEdgeConfig.drain))
    while ([...this.queues.values()].some((queue) => queue.length > 0)) {
      for (const from of this.edges.keys()) for (const to of this.edges.keys()) this.deliver(from, to, now)
    }
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('attach' as const), at: fc.nat(3), sequence: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ type: fc.constant('deliver' as const), from: fc.nat(3), to: fc.nat(3) }),
  ),
  { maxLength: 60 },
)

test('edges agree on the newest attachment in any order of attaching and hearing, and there is always one', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const network = new Network(4)
      let newest: Standing | undefined
      for (const [now, step] of all.entries()) {
        if (step.type === 'deliver') network.deliver(step.from, step.to, now)
        else {
          network.attach(step.at, { sequence: step.sequence }, now)
          for (const one of network.announced)
            if (newest === undefined || compareStandings(one, newest) > 0) newest = one
        }
        // What routers choose, the highest, never goes away before a higher one is there.
        if (newest !== undefined) assert.ok(network.announced.some((one) => compareStandings(one, newest!) === 0))
      }
      network.settle(all.length)
      assert.deepEqual(
        network.announced.map(({ sequence, edge }) => ({ sequence, edge })),
        newest === undefined ? [] : [{ sequence: newest.sequence, edge: newest.edge }],
      )
    }),
    { numRuns: 500 },
  )
})

test('nothing that the clock does makes an edge throw, or a lease longer than it is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 20 })), { maxLength: 40 }),
      (all) => {
        const edge = new MobileEdge('pe-1')
        let latest = 0
        for (const [now, sequence] of all) {
          latest = Math.max(latest, now)
          edge.expire(now)
          edge.attach(asked({ sequence }), 1, now)
          for (const one of edge.attached()) assert.ok(one.until - latest <= 30_000)
        }
      },
    ),
  )
})
