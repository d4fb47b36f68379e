/** A device that obeys intents, as the responder of Congestion.MED, in virtual time: what no controller gets from it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { objectiveOf } from '@vagus/grasp'
import { defaultLeaseConfig, intentStatus, type MedOffer } from '@vagus/grasp/objectives'
import { type Intent, type IntentSet, isActive } from '@vagus/intent'
import { IntentDesk } from '../../src/intents/intent-desk.ts'
import { IntentReports } from '../../src/intents/intent-reports.ts'
import type { DeviceDeed } from '../../src/record/device-record.ts'
import { boundsOf } from '../../src/steering/bounds.ts'
import { Negotiator } from '../../src/steering/negotiator.ts'
import { anyIntents, testAgent } from '../../../../packages/intent/test/sets.ts'
import { begin, intent, nextSet, owner } from '../support/intent-set.ts'
import { PaperNegotiation } from '../support/paper-negotiation.ts'
import { neighbourAs, PaperRouter } from '../support/paper-router.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const prefix = '10.1.0.0/16'
let count = 0

const offer = (med: number | null, more: Partial<MedOffer> = {}): MedOffer => ({
  header: { node: 'controller', epoch: 1, sequence: count++ },
  prefix,
  peerAs: neighbourAs,
  ingress: 'eth1',
  load: { now: 900, predicted: 600 },
  confidence: 800,
  leaseMs: 600_000,
  planId: new Uint8Array(16).fill(1),
  ...more,
  med,
})
const plan = (octet: number): Uint8Array => new Uint8Array(16).fill(octet)

/** Its disk takes nothing, as the folder is not there: what it obeys holds all the same. */
class Device {
  readonly clock = new VirtualClock()
  readonly router = new PaperRouter(this.clock)
  readonly lines: string[] = []
  readonly deeds: DeviceDeed[] = []
  readonly desk = new IntentDesk({
    owner: owner.identity.id,
    control: '/nonexistent/vagus/agent.sock',
    device: { name: 'pe-1', roles: [] },
    report: (line) => this.lines.push(line),
    tell: (deed) => this.deeds.push(deed),
    now: this.clock.now,
  })
  readonly negotiator = new Negotiator({
    node: 'pe-1',
    epoch: 7,
    from: 'did:key:z6Mk',
    bounds: boundsOf({ prefixes: ['10.0.0.0/8'], leaseMs: 7_200_000 }),
    intents: this.desk,
    actuations: this.router,
    clock: this.clock,
    config: { ...defaultLeaseConfig, holdMs: 0 },
    report: (line) => this.lines.push(line),
  })

  take(set: IntentSet): IntentSet {
    assert.equal(this.desk.take(set.jws, 'a neighbour'), 'newer')
    return set
  }

  async ask(first: MedOffer, run: 'live' | 'dry' = 'live'): Promise<PaperNegotiation> {
    const negotiation = new PaperNegotiation(run, first)
    void this.negotiator.take(negotiation)
    await this.clock.pass(500)
    return negotiation
  }

  async agree(first: MedOffer): Promise<readonly string[]> {
    const negotiation = await this.ask(first)
    negotiation.agree()
    await this.clock.pass(500)
    return negotiation.said
  }

  get meds(): number {
    return this.router.active().length
  }
}

const freeze = (more: Partial<Intent> = {}): Intent => intent('launch', { type: 'freeze' }, more)

describe('a device in a freeze', () => {
  test('declines new MEDs and dry runs with the name and window of the intent, and answers looks', async () => {
    const device = new Device()
    device.take(nextSet([freeze({ when: { until: begin + 3_600_000 }, because: 'release of 12.4' })]))
    const words = 'POLICY intent "launch" until 2023-11-14T23:13:20Z: no MED is set (release of 12.4)'
    assert.deepEqual((await device.ask(offer(200))).said, [words])
    assert.deepEqual((await device.ask(offer(200), 'dry')).said, [words])
    assert.deepEqual((await device.ask(offer(null), 'dry')).said, ['offer null'])
    await device.clock.pass(3_600_000)
    assert.deepEqual((await device.ask(offer(200))).said, ['offer 200'])
  })

  test('keeps what is in force, lets it be confirmed and released, and ends it when its time is over', async () => {
    const device = new Device()
    const first = device.take(nextSet([]))
    for (const octet of [1, 2])
      assert.deepEqual(await device.agree(offer(200, { planId: plan(octet), ingress: `eth${octet}` })), ['offer 200'])
    device.take(nextSet([freeze()], first))
    for (const octet of [1, 2])
      assert.deepEqual(await device.agree(offer(200, { planId: plan(octet), ingress: `eth${octet}` })), ['offer 200'])
    assert.equal(device.meds, 2)
    assert.deepEqual(await device.agree(offer(null)), ['offer null'])
    assert.equal(device.meds, 1)
    await device.clock.pass(600_000)
    assert.equal(device.meds, 0)
    assert.match((await device.ask(offer(200, { planId: plan(3) }))).said[0]!, /no MED is set/)
  })

  test('that begins between the question and the accept sets nothing', async () => {
    const device = new Device()
    device.take(nextSet([freeze({ when: { from: begin + 5000 } })]))
    const negotiation = await device.ask(offer(200))
    assert.deepEqual(negotiation.said, ['offer 200'])
    await device.clock.pass(5000)
    negotiation.agree()
    await device.clock.pass(1000)
    assert.deepEqual([device.router.applied, device.meds], [[], 0])
    assert.match(device.lines.at(-1)!, /not set, intent "launch": no MED is set/)
    assert.match((await device.ask(offer(200))).said[0]!, /no MED is set/, 'nor is it confirmed')
  })

  test('has it in its record once an hour, however often it is asked', async () => {
    const device = new Device()
    device.take(nextSet([freeze()]))
    for (let times = 0; times < 20; times++) await device.ask(offer(200, { planId: plan(times) }))
    const refused = (): readonly DeviceDeed[] => device.deeds.filter(({ event }) => event === 'intent.refused')
    assert.deepEqual(refused(), [
      {
        event: 'intent.refused',
        subject: 'launch',
        fields: { asked: 'a MED for 10.1.0.0/16 on eth1', because: 'intent "launch": no MED is set' },
        by: { kind: 'controller', id: null, name: null },
      },
    ])
    await device.clock.pass(3_600_000)
    await device.ask(offer(200))
    assert.equal(refused().length, 2)
    assert.deepEqual(
      device.deeds.map(({ event }) => event),
      ['intents.taken', 'intent.refused', 'intent.refused'],
    )
  })
})

describe('a controller that asks for more than intents allow', () => {
  test('gets no longer lease, no other prefix, and no more moves in an hour, also at once', async () => {
    const device = new Device()
    const steering = { prefixes: ['10.1.0.0/16', '192.0.2.0/24'], leaseMs: 60_000, movesPerHour: 2 }
    device.take(nextSet([intent('small', { type: 'bounds', steering })]))
    const said = async (more: Partial<MedOffer>): Promise<string> => (await device.ask(offer(200, more))).said[0]!
    assert.match(await said({}), /intent "small": a lease of 600000 ms; at most 60000/)
    assert.match(
      await said({ leaseMs: 60_000, prefix: '10.2.0.0/16' }),
      /"small": 10\.2\.0\.0\/16 is not to be steered/,
    )
    const other = await said({ leaseMs: 60_000, prefix: '192.0.2.0/24' })
    assert.equal(other, 'POLICY 192.0.2.0/24 is not to be steered', 'by the bounds of the device itself')
    const asked = await Promise.all(
      ['10.1.0.0/24', '10.1.1.0/24', '10.1.2.0/24'].map((one, at) =>
        device.ask(offer(200, { prefix: one, leaseMs: 60_000, planId: plan(at + 10) })),
      ),
    )
    const answers = asked.map((one) => one.said[0])
    assert.deepEqual(answers, [
      'offer 200',
      'offer 200',
      'POLICY intent "small": 2 leases began within an hour; at most 2',
    ])
    for (const one of asked) one.agree()
    await device.clock.pass(1000)
    assert.equal(device.meds, 2)
    await device.clock.pass(3_590_000)
    assert.match(await said({ leaseMs: 60_000, planId: plan(20) }), /2 leases began within an hour/)
    await device.clock.pass(10_000)
    assert.equal(await said({ leaseMs: 60_000, planId: plan(21) }), 'offer 200')
  })

  test('does not drive a pinned prefix away, nor is told that it may enter elsewhere', async () => {
    const device = new Device()
    device.take(nextSet([intent('voice', { type: 'pin', prefix, enters: 'only', over: ['a'] })]))
    assert.match((await device.ask(offer(200))).said[0]!, /POLICY intent "voice": .* not driven away from eth1/)
    assert.match((await device.ask(offer(null, { ingress: 'eth2' }), 'dry')).said[0]!, /not led to eth2/)
    assert.deepEqual((await device.ask(offer(200, { ingress: 'eth2' }))).said, ['offer 200'])
  })
})

describe('a device without intents that hold', () => {
  test('begins nothing until the first set comes', async () => {
    const device = new Device()
    assert.match((await device.ask(offer(200))).said[0]!, /POLICY no intents of the owner are known yet/)
    device.take(nextSet([]))
    assert.deepEqual((await device.ask(offer(200))).said, ['offer 200'])
  })

  test('begins nothing once they have expired, while what is in force ends by itself', async () => {
    const device = new Device()
    device.take(nextSet([], undefined, { exp: begin / 1000 + 60 }))
    assert.deepEqual(await device.agree(offer(200)), ['offer 200'])
    assert.deepEqual(await device.agree(offer(200)), ['offer 200'])
    await device.clock.pass(60_000)
    assert.match((await device.ask(offer(200, { planId: plan(2) }))).said[0]!, /expired at 2023-11-14T22:14:20Z/)
    assert.equal(device.meds, 1)
    await device.clock.pass(600_000)
    assert.equal(device.meds, 0)
  })
})

describe('a set that somebody brings', () => {
  const problem = (device: Device, set: IntentSet): string => {
    const taken = device.desk.take(set.jws, 'did:key:z6MkLiar')
    return typeof taken === 'string' ? taken : taken.problem
  }

  test('is not taken when it is older, of another owner, not linked, signed tomorrow, or changed', () => {
    const device = new Device()
    const first = nextSet([])
    const second = device.take(nextSet([freeze()], device.take(first)))
    assert.match(problem(device, first), /epoch 1 is below 2/)
    assert.match(
      problem(device, nextSet([], undefined, { epoch: 9 }, testAgent(50))),
      /is the set of intents of did:key:/,
    )
    assert.equal(problem(device, second), 'known')
    assert.match(problem(device, nextSet([], first)), /another set of intents of epoch 2 is known already/)
    assert.match(problem(device, nextSet([], undefined, { epoch: 3 })), /does not follow the set of epoch 2/)
    const late = { iat: begin / 1000 + 301, exp: begin / 1000 + 86_400 }
    assert.match(problem(device, nextSet([], second, late)), /not yet by the clock here/)
    assert.match(problem(device, { ...second, jws: second.jws.slice(0, -4) }), /signature|64 octets|base64url/)
    assert.equal(device.desk.set?.hash, second.hash)
  })

  test('holds though the disk does not take it, which is said once', () => {
    const device = new Device()
    device.take(nextSet([freeze()]))
    device.desk.look()
    device.desk.look()
    assert.equal(device.lines.filter((line) => /a restart may not know them/.test(line)).length, 1)
    assert.equal(device.desk.orders.inForce.length, 1)
  })
})

describe('a clock that is set', () => {
  test('back before the set was signed stops what is new, and forward again lets it go on', async () => {
    const device = new Device()
    let skew = 0
    const desk = new IntentDesk({
      owner: owner.identity.id,
      control: '/nonexistent/vagus/agent.sock',
      device: { name: 'pe-1', roles: [] },
      report: () => undefined,
      now: () => device.clock.now() + skew,
    })
    const when = { from: begin + 3_600_000, until: begin + 7_200_000 }
    assert.equal(desk.take(nextSet([freeze({ when })]).jws, 'a neighbour'), 'newer')
    const refusal = (): string | undefined =>
      desk.medRefusal({ prefix, interface: 'eth1', purpose: 'set', leaseMs: 1 }, 0)?.problem
    assert.equal(refusal(), undefined)
    skew = -86_400_000
    assert.match(refusal()!, /the clock here is before the intents of the owner were signed/)
    skew = 3_600_000
    assert.match(refusal()!, /no MED is set/)
    skew = 0
    assert.equal(refusal(), undefined)
    skew = 31 * 86_400_000
    assert.match(refusal()!, /expired/)
  })
})

test('whatever is asked, brought and replayed in whatever order, no MED begins that an intent in force forbids', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('set' as const), intents: anyIntents }),
    fc.record({ type: fc.constant('replay' as const), back: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      type: fc.constant('ask' as const),
      prefix: fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24'),
      ingress: fc.constantFrom('eth1', 'eth2'),
      leaseMs: fc.integer({ min: 1000, max: 8_000_000 }),
    }),
    fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 86_400_000 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const device = new Device()
      const sets: IntentSet[] = []
      let newest: readonly Intent[] | undefined
      for (const [at, one] of steps.entries()) {
        if (one.type === 'pass') await device.clock.pass(one.ms)
        else if (one.type === 'replay') {
          const old = sets.at(-1 - one.back)
          if (old !== undefined) assert.notEqual(device.desk.take(old.jws, 'a replayer'), 'newer')
        } else if (one.type === 'set') {
          // Their times are those of another year: moved to where this clock is.
          const iat = Math.floor(device.clock.now() / 1000)
          newest = one.intents.map(({ when: { weekly }, ...rest }) => ({ ...rest, when: weekly ? { weekly } : {} }))
          sets.push(device.take(nextSet(newest, sets.at(-1), { iat, exp: iat + 30 * 86_400 })))
        } else {
          const before = device.router.applied.length
          await device.agree(offer(200, { ...one, planId: plan(at) }))
          if (device.router.applied.length === before) continue
          assert.ok(newest !== undefined, 'a MED began before any set came')
          assert.ok(one.leaseMs <= 7_200_000)
          const now = device.clock.now()
          for (const { goal, scope, when, name } of newest) {
            const isEverywhere = Object.keys(scope).length === 0
            if (!isEverywhere || !isActive(when, now - 1000) || !isActive(when, now)) continue
            assert.notEqual(goal.type, 'freeze', name)
            if (goal.type === 'bounds') assert.ok(one.leaseMs <= (goal.steering?.leaseMs ?? Infinity), name)
            if (goal.type === 'bounds') assert.notEqual(goal.steering?.movesPerHour, 0, name)
          }
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('a set as large as they come is taken, gone by, and reported in one message', () => {
  const device = new Device()
  const names = Array.from({ length: 70 }, (_, at) => `Überleitung-${at}-${'é'.repeat(40)}`)
  const links = Object.fromEntries(names.map((name, at) => [name, [{ device: 'pe-1', interface: `eth${at}` }]]))
  const pins = Array.from({ length: 126 }, (_, at) =>
    intent(`pin-${at}-${'x'.repeat(40)}`, { type: 'pin', prefix, enters: 'only', over: [names[at % 70]!] }),
  )
  const set = nextSet([...pins, freeze()], undefined, { places: { sites: {}, links, borders: {} } })
  assert.ok(set.jws.length > 50_000, `${set.jws.length} characters`)
  device.take(set)
  const reports = new IntentReports(device.desk)
  reports.look({ loads: [], leases: [] }, begin, begin)
  const status = reports.status()
  assert.equal(status.counts.conflict, 126)
  const header = { node: 'pe-1', epoch: 1, sequence: 1 }
  const octets = objectiveOf(intentStatus, { header, ...status }).value!.length
  assert.ok(octets < 65_000, `${octets} octets`)
  const told = objectiveOf(intentStatus, { header, ...reports.digest() }).value!.length
  assert.ok(told < 1100, `${told} octets of a flood`)
})
