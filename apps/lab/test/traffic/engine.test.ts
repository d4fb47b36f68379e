import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { demandAt, Engine, tickMilliseconds } from '../../src/traffic/engine.ts'
import type { Flow } from '../../src/traffic/flow.ts'
import { ackOctets, closingOctets, openingOctets, packetOctets, synOctets } from '../../src/traffic/packet.ts'
import { makePlan } from '../../src/traffic/plan.ts'
import { input, sites } from './sites.ts'

const plan = makePlan(input)
const minute = 60_000 / tickMilliseconds

interface Octets {
  v4: number
  v6: number
}

function add(octets: Map<string, Octets>, { to, version }: Flow, count: number): void {
  const counted = octets.get(to) ?? { v4: 0, v6: 0 }
  counted[version === 4 ? 'v4' : 'v6'] += count
  octets.set(to, counted)
}

/** What comes out of an engine. */
class Recording {
  readonly flows: Flow[] = []
  readonly octets = new Map<string, Octets>()
  /** What the kernel of the other site answers: acknowledgements, and its part of opening and closing. */
  readonly back = new Map<string, Octets>()
  readonly sentOf = new Map<number, number>()
  readonly closed: Flow[] = []

  readonly open = (flow: Flow): void => {
    this.flows.push(flow)
    if (flow.application.protocol !== 'tcp') return
    this.#add(flow, openingOctets(flow.version))
    this.#addBack(flow, synOctets(flow.version))
  }

  readonly send = (flow: Flow, payload: number): void => {
    assert.ok(payload > 0 && payload <= flow.application.payload.most)
    this.sentOf.set(flow.id, (this.sentOf.get(flow.id) ?? 0) + payload)
    this.#add(flow, packetOctets(flow.version, flow.application.protocol, payload))
    if (flow.application.protocol === 'tcp') this.#addBack(flow, ackOctets(flow.version))
  }

  readonly close = (flow: Flow): void => {
    this.closed.push(flow)
    if (flow.application.protocol !== 'tcp') return
    this.#add(flow, closingOctets(flow.version))
    this.#addBack(flow, closingOctets(flow.version))
  }

  sent(to: string): number {
    const { v4, v6 } = this.octets.get(to)!
    return v4 + v6
  }

  #add(flow: Flow, octets: number): void {
    add(this.octets, flow, octets)
  }

  #addBack(flow: Flow, octets: number): void {
    add(this.back, flow, octets)
  }
}

function run(engine: Engine, ticks: number, recording = new Recording()): Recording {
  for (let tick = 0; tick < ticks; tick++) engine.advance(recording)
  return recording
}

describe('the traffic engine', () => {
  test('makes the same flows from the same plan and seed: start, addresses, port, size', () => {
    assert.deepEqual(run(new Engine(plan, 'office'), 500).flows, run(new Engine(plan, 'office'), 500).flows)
  })

  test('makes other flows from another seed', () => {
    const other = makePlan({ ...input, seed: 2 })
    assert.notDeepEqual(run(new Engine(other, 'office'), 100).flows[0], run(new Engine(plan, 'office'), 100).flows[0])
  })

  const minuteOf = new Map(sites.map(({ name }) => [name, run(new Engine(plan, name), minute)]))
  for (const { name: from } of sites) {
    test(`follows the matrix: each pair from ${from} within 2 % over a minute, its share of IPv6 within 1 %`, () => {
      for (const { to, bitsPerSecond, v6Share } of plan.demands.filter((demand) => demand.from === from)) {
        const own = minuteOf.get(from)!.octets.get(to)!
        const answers = minuteOf.get(to)!.back.get(from)!
        const sent = own.v4 + own.v6 + answers.v4 + answers.v6
        const ratio = (sent * 8) / 60 / bitsPerSecond[0]!
        const share = (own.v6 + answers.v6) / sent
        assert.ok(Math.abs(ratio - 1) < 0.02, `${to}: ${ratio} of the demand`)
        assert.ok(Math.abs(share - v6Share) < 0.01, `${to}: IPv6 ${share}, wanted ${v6Share}`)
      }
    })
  }

  test('follows the mix of applications', () => {
    const recording = run(new Engine(plan, 'factory'), minute)
    const { mix } = plan.demands.find(({ from, to }) => from === 'factory' && to === 'dc-east')!
    const sent = (name: string): number =>
      recording.flows
        .filter(({ to, application }) => to === 'dc-east' && application.name === name)
        .reduce((sum, { id }) => sum + (recording.sentOf.get(id) ?? 0), 0)
    const ratio = sent('video-qc') / sent('telemetry')
    const share = (name: string): number => mix.find(({ application }) => application === name)!.share
    const wanted = share('video-qc') / share('telemetry')
    assert.ok(Math.abs(ratio / wanted - 1) < 0.15, `${ratio}, wanted ${wanted} and headers`)
  })

  test('sends of each flow exactly its octets, and closes it then', () => {
    const recording = run(new Engine(plan, 'office'), 1000)
    assert.ok(recording.closed.length > 50)
    for (const { id, octets } of recording.closed) assert.equal(recording.sentOf.get(id), octets)
    for (const { id, octets } of recording.flows) assert.ok((recording.sentOf.get(id) ?? 0) <= octets)
  })

  test('paces: no tick carries many times the usual', () => {
    const engine = new Engine(plan, 'transit')
    const perTick = Array.from({ length: 1000 }, () => run(engine, 1).sentOf.size)
    const usual = perTick.reduce((sum, count) => sum + count, 0) / perTick.length
    assert.ok(Math.max(...perTick) < usual * 4, `${Math.max(...perTick)} flows sent in a tick, ${usual} as a rule`)
  })

  test('surges a named pair for a time, and leaves the flows of the others as they are', () => {
    const [calm, surged] = [new Engine(plan, 'office'), new Engine(plan, 'office')]
    surged.surge({ to: 'transit', factor: 4, seconds: 5 })
    const [before, during] = [run(calm, 500), run(surged, 500)]
    const ratio = during.sent('transit') / before.sent('transit')
    assert.ok(Math.abs(ratio - 4) < 0.1, `${ratio} times the usual`)
    const others = ({ flows }: Recording): unknown =>
      flows
        .filter(({ to }) => to !== 'transit')
        .map(({ start, source, sourcePort, octets }) => ({ start, source, sourcePort, octets }))
    assert.deepEqual(others(during), others(before))
    const after = run(surged, 500).sent('transit') / run(calm, 500).sent('transit')
    assert.ok(after < 1.1, `${after} times the usual when the surge is over`)
  })

  test('surges to a rate in bits per second', () => {
    const engine = new Engine(plan, 'office')
    engine.surge({ to: 'transit', bitsPerSecond: 8_000_000, seconds: 10 })
    const sent = run(engine, 500).sent('transit')
    assert.ok(Math.abs(sent / 5_000_000 - 1) < 0.02, `${sent} octets in 5 s`)
  })

  const rejects: readonly (readonly [string, Parameters<Engine['surge']>[0], RegExp])[] = [
    ['a site that is not there', { to: 'moon', factor: 2, seconds: 1 }, /"to" must be one of factory, .*got moon/],
    ['its own site', { to: 'office', factor: 2, seconds: 1 }, /"to" must be one of/],
    ['a negative factor', { to: 'transit', factor: -1, seconds: 1 }, /"factor" must be 0\.\.1000, got -1/],
    ['no duration', { to: 'transit', factor: 1, seconds: Number.NaN }, /"seconds" must be/],
    [
      'more than a site may send',
      { to: 'transit', bitsPerSecond: 1e9, seconds: 1 },
      /"bitsPerSecond" must be 0\.\.100000000/,
    ],
    ['a factor that leads to more', { to: 'transit', factor: 1000, seconds: 1 }, /all pairs together must be at most/],
  ]
  for (const [name, surge, message] of rejects) {
    test(`refuses to surge to ${name}, and goes on as before`, () => {
      const engine = new Engine(plan, 'office')
      const before = engine.bitsPerSecond()
      assert.throws(() => engine.surge(surge), message)
      assert.equal(engine.bitsPerSecond(), before)
    })
  }

  test('refuses a site that is not in the plan', () => {
    assert.throws(() => new Engine(plan, 'moon'), /"site" must be one of office, .*got moon/)
  })
})

describe('the demand over the day', () => {
  const demand = { from: 'a', to: 'b', v6Share: 0.5, bitsPerSecond: [0, 100, 200, 100], mix: [] }
  const day = { ...plan, dayMinutes: 24, startHour: 0 } // a minute is an hour

  test('goes from step to step in a line, and round at midnight', () => {
    const at = (hours: number): number => demandAt(demand, day, hours * 60_000)
    assert.deepEqual([0, 3, 6, 12, 21, 24, 27].map(at), [0, 50, 100, 200, 50, 0, 50])
  })

  test('begins at the hour asked for', () => {
    assert.equal(demandAt(demand, { ...day, startHour: 12 }, 0), 200)
  })
})
