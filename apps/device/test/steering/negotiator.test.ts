/** The agent beside a router as the responder of Congestion.MED, in virtual time: what is set, and that it never stays. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EndReason } from '@vagus/bgp/actuation'
import { defaultLeaseConfig, type MedOffer, planKey } from '@vagus/grasp/objectives'
import fc from 'fast-check'
import { boundsOf, classOf } from '../../src/steering/bounds.ts'
import { maxNegotiations } from '../../src/plan-turns.ts'
import { Negotiator } from '../../src/steering/negotiator.ts'
import { PaperNegotiation } from '../support/paper-negotiation.ts'
import { neighbourAs, PaperRouter } from '../support/paper-router.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const plan = (octet: number): Uint8Array => new Uint8Array(16).fill(octet)
const prefix = '10.16.0.0/16'
let sequence = 0

const offer = (med: number | null, more: Partial<MedOffer> = {}): MedOffer => ({
  header: { node: 'controller', epoch: 1, sequence: sequence++ },
  prefix,
  peerAs: neighbourAs,
  ingress: 'eth1',
  load: { now: 900, predicted: 600 },
  confidence: 800,
  leaseMs: 600_000,
  planId: plan(1),
  ...more,
  med,
})

class Device {
  readonly clock = new VirtualClock()
  readonly router = new PaperRouter(this.clock)
  readonly lines: string[] = []
  readonly open = new Set<Promise<void>>()
  readonly negotiator = new Negotiator({
    node: 'pe-1',
    epoch: 7,
    from: 'did:key:z6Mk',
    bounds: boundsOf({ prefixes: [], leaseMs: 7_200_000 }),
    actuations: this.router,
    clock: this.clock,
    config: defaultLeaseConfig,
    report: (line) => this.lines.push(line),
  })

  begin(first: MedOffer, run: 'live' | 'dry' = 'live', loopCount = 6): PaperNegotiation {
    const negotiation = new PaperNegotiation(run, first, loopCount)
    const taken = this.negotiator.take(negotiation)
    this.open.add(taken)
    void taken.then(() => this.open.delete(taken))
    return negotiation
  }

  /** What is answered at last, after a second or so. */
  async ask(first: MedOffer, run: 'live' | 'dry' = 'live'): Promise<PaperNegotiation> {
    const negotiation = this.begin(first, run)
    await this.clock.pass(500)
    return negotiation
  }

  async agree(first: MedOffer): Promise<MedOffer | undefined> {
    const negotiation = await this.ask(first)
    const { answer } = negotiation
    negotiation.agree()
    await this.clock.pass(0)
    return answer
  }

  get meds(): readonly string[] {
    return this.router.active().map((one) => `${one.prefix}@${one.ifIndex} class ${one.class}`)
  }
}

describe('a device that is asked for a MED', () => {
  test('tells what its neighbours hear, sets the MED on the accept, and keeps it for the lease once it is confirmed', async () => {
    const device = new Device()
    const answer = await device.agree(offer(200))
    assert.deepEqual(answer?.told, [{ neighbour: 'behind-eth1', med: 100, asPathLength: 2 }])
    assert.deepEqual([answer.header.node, answer.header.epoch, answer.med], ['pe-1', 7, 200])
    await device.clock.pass(200)
    assert.deepEqual(device.meds, ['10.16.0.0/16@4 class 4'])
    const confirmed = await device.agree(offer(200))
    assert.deepEqual(confirmed?.told, [{ neighbour: 'behind-eth1', med: 200, asPathLength: 2 }])
    await device.clock.pass(590_000)
    assert.equal(device.meds.length, 1)
    await device.clock.pass(10_000)
    assert.equal(device.meds.length, 0)
    assert.deepEqual(device.lines, [
      'MED 200 for 10.16.0.0/16 on eth1: agreed, and asked of the router',
      'MED 200 for 10.16.0.0/16 on eth1: confirmed for 600 s',
      'MED 200 for 10.16.0.0/16 on eth1: over, its time is over',
    ])
  })

  test('takes it back when it is not confirmed, and forgets a plan that is not accepted, which it says', async () => {
    const device = new Device()
    await device.agree(offer(200))
    await device.clock.pass(defaultLeaseConfig.confirmMs)
    assert.deepEqual([device.router.applied.length, device.meds.length], [1, 0])
    const slow = await device.ask(offer(200, { planId: plan(2), ingress: 'eth2' }))
    await device.clock.pass(defaultLeaseConfig.prepareMs)
    assert.deepEqual(slow.said, ['offer 200', 'STALE it was not accepted in time'])
    slow.agree()
    await device.clock.pass(1000)
    assert.equal(device.router.applied.length, 1)
    const late = await device.ask(offer(200, { planId: plan(2), ingress: 'eth2' }))
    assert.deepEqual(late.said, ['STALE it was not accepted in time'])
  })

  test('asks for more where less would draw traffic, and agrees to nothing below it', async () => {
    const device = new Device()
    device.router.configured = 200
    const negotiation = await device.ask(offer(200))
    assert.deepEqual(negotiation.said, ['offer 500'])
    negotiation.counter(offer(500))
    await device.clock.pass(500)
    assert.deepEqual(negotiation.said, ['offer 500', 'accept'])
    await device.clock.pass(500)
    assert.deepEqual(device.meds, ['10.16.0.0/16@4 class 5'])
    const other = await device.ask(offer(100, { planId: plan(2), ingress: 'eth2' }))
    assert.deepEqual(other.said, ['offer 500'])
    other.counter(offer(200, { planId: plan(2), ingress: 'eth2' }))
    await device.clock.pass(500)
    assert.match(other.said.at(-1)!, /^RESOURCE/)
    assert.equal(device.meds.length, 1)
  })

  test('declines what its operator does not allow, and what is not there', async () => {
    const device = new Device()
    const said = async (asked: MedOffer, run: 'live' | 'dry' = 'live'): Promise<string | undefined> =>
      (await device.ask(asked, run)).said.at(-1)
    assert.match((await said(offer(201)))!, /^POLICY MED 201 is none of 10, 50, 100, 200, 500, 1000/)
    assert.match((await said(offer(200, { leaseMs: 7_200_001 })))!, /^POLICY a lease of 7200001 ms/)
    assert.match((await said(offer(200, { prefix: '10.16.0.1/16' })))!, /^POLICY/)
    assert.match((await said(offer(200, { ingress: 'eth9' })))!, /^RESOURCE there is no link at interface "eth9"/)
    assert.match((await said(offer(200, { peerAs: 1 })))!, /^RESOURCE the neighbour at eth1 is AS 64600, not AS 1$/)
    assert.equal(await said(offer(200, { peerAs: 0 }), 'dry'), 'offer 200')
    assert.match((await said(offer(null)))!, /^STALE there is no lease of that plan/)
    device.router.refusal = { code: 'owned', problem: 'it is held by marek' }
    assert.equal(await said(offer(200), 'dry'), 'BUSY it is held by marek')
    device.router.refusal = { code: 'no-route', problem: 'the router has no route' }
    assert.equal(await said(offer(200)), 'RESOURCE the router has no route')
    const last = device.begin(offer(200), 'live', 1)
    await device.clock.pass(500)
    assert.match(last.said[0]!, /^LOOP/)
    assert.equal(device.router.applied.length, 0)
    assert.deepEqual(device.negotiator.keeper.leases.all, [])
  })

  test('writes nothing to a terminal but text, and the same line once', async () => {
    const device = new Device()
    for (let times = 0; times < 3; times++) await device.ask(offer(200, { ingress: 'eth9\u001b[2J' }))
    assert.deepEqual(device.lines, [
      'MED 200 for 10.16.0.0/16 on eth9?[2J: declined, RESOURCE there is no link at interface "eth9?[2J"; there are: eth1, eth2, ix1',
    ])
  })

  test('says in a dry run what it would do, or what is told where nothing is asked for, and changes nothing', async () => {
    const device = new Device()
    const would = await device.ask(offer(200), 'dry')
    assert.equal(would.answer?.med, 200)
    would.agree()
    await device.agree(offer(200, { planId: plan(2) }))
    await device.clock.pass(500)
    const other = await device.ask(offer(null, { planId: plan(3), ingress: 'eth2' }), 'dry')
    assert.deepEqual(
      other.answer?.told?.map(({ med }) => med),
      [100],
    )
    const same = await device.ask(offer(null, { planId: plan(3) }), 'dry')
    assert.deepEqual(same.said, ['offer null'])
    assert.deepEqual(
      same.answer?.told?.map(({ med }) => med),
      [null],
      'the class hides what is configured',
    )
    assert.equal(device.router.applied.length, 1)
  })

  test('a confirmation that overtakes its accept waits for it', async () => {
    const device = new Device()
    const prepared = await device.ask(offer(200))
    const confirming = device.begin(offer(200))
    await device.clock.pass(100)
    prepared.agree()
    await device.clock.pass(1000)
    assert.deepEqual(confirming.said, ['offer 200'])
    confirming.agree()
    await device.clock.pass(60_000)
    assert.equal(device.meds.length, 1)
  })

  test('asks a controller once to wait while the router takes its time', async () => {
    const device = new Device()
    device.router.delay = 2500
    const slow = device.begin(offer(200))
    await device.clock.pass(10_000)
    assert.deepEqual(slow.said, ['wait', 'offer 200'])
  })

  test('sets no MED where another AS would be told of it, too, but says what is told there', async () => {
    const device = new Device()
    const ix = { ingress: 'ix1' }
    for (const peerAs of [neighbourAs, 0])
      assert.deepEqual((await device.ask(offer(200, { ...ix, peerAs }))).said, [
        'RESOURCE at ix1 are AS 64700 and AS 64600, and all of them would be told of the MED; it must be a link to one AS',
      ])
    const look = await device.ask(offer(null, ix), 'dry')
    assert.deepEqual(look.said, ['offer null'])
    assert.match((await device.ask(offer(null, { ...ix, peerAs: 1 }), 'dry')).said.at(-1)!, /^RESOURCE .* not AS 1$/)
  })

  test('keeps a lease while its router does not say what neighbours are told, and asks to be asked again', async () => {
    const device = new Device()
    await device.agree(offer(200))
    await device.agree(offer(200))
    device.router.silence = 'vtysh did not answer within 5 s'
    const silent = await device.ask(offer(200))
    assert.deepEqual(silent.said, ['BUSY what behind-eth1 is told is not known: vtysh did not answer within 5 s'])
    assert.equal(device.meds.length, 1)
    device.router.silence = undefined
    assert.equal((await device.agree(offer(200)))?.med, 200)
  })

  test('declines a confirmation where the router did not do it, or the neighbours do not hear it', async () => {
    const device = new Device()
    const prepared = await device.ask(offer(200))
    device.router.refusal = { code: 'no-route', problem: 'the router has no route' }
    prepared.agree()
    await device.clock.pass(500)
    assert.deepEqual((await device.ask(offer(200))).said, ['RESOURCE the router has no route'])
    device.router.refusal = undefined
    device.router.policy = 'does nothing'
    const unheard = { planId: plan(2), ingress: 'eth2' }
    await device.agree(offer(200, unheard))
    const confirming = await device.ask(offer(200, unheard))
    assert.match(confirming.said[0]!, /^RESOURCE behind-eth2 is told MED 100, not MED 200/)
    await device.agree(offer(null, unheard))
    await device.clock.pass(500)
    assert.equal(device.meds.length, 0)
  })

  test('loses the lease with the class, whatever ends it, and says why to those who ask', async () => {
    const device = new Device()
    for (const [at, why] of (['session-lost', 'original-gone', 'undone'] as const).entries()) {
      const place = { planId: plan(at + 1), prefix: `10.${at}.0.0/16` }
      await device.agree(offer(200, place))
      await device.clock.pass(500)
      await device.agree(offer(200, place))
      device.router.end(device.router.active()[0]!.id, why)
      const asked = await device.ask(offer(200, place))
      assert.match(asked.said[0]!, /^(STALE (the session with|the router lost)|UNDONE a person)/)
    }
    assert.deepEqual(device.negotiator.keeper.leases.all, [])
  })

  test('a class that ends while the neighbours are still asked is lost, too', async () => {
    const device = new Device()
    device.router.delay = 400
    const prepared = device.begin(offer(200))
    await device.clock.pass(500)
    prepared.agree()
    await device.clock.pass(500)
    device.router.end(device.router.active()[0]!.id, 'session-lost')
    await device.clock.pass(500)
    assert.deepEqual((await device.ask(offer(200))).said, ['RESOURCE the session with the router ended'])
  })

  test('takes back what is released, also while it is still being asked of the router', async () => {
    const device = new Device()
    const prepared = await device.ask(offer(200))
    device.router.delay = 2000
    prepared.agree()
    const releasing = device.begin(offer(null))
    await device.clock.pass(3000)
    assert.ok(releasing.said.includes('offer null'))
    releasing.agree()
    await device.clock.pass(10_000)
    assert.deepEqual([device.router.applied.length, device.meds.length], [1, 0])
  })

  test('leaves alone a class that is of no lease', async () => {
    const device = new Device()
    const id = `${prefix}@4#1`
    const applying = device.router.apply({ owner: 'steering', prefix, interface: 'eth1', class: 6, lifetime: 60_000 })
    await device.clock.pass(200)
    await applying
    const asked = await device.ask(offer(200))
    assert.equal(asked.said[0], `BUSY ${id} is in force there, and of no lease; undo it first`)
  })

  test('has so many negotiations at once, and no more', async () => {
    const device = new Device()
    const all = Array.from({ length: maxNegotiations + 1 }, (_, at) =>
      device.begin(offer(200, { planId: plan(at), prefix: `10.${at}.0.0/16` })),
    )
    await device.clock.pass(500)
    assert.equal(all.filter(({ answer }) => answer !== undefined).length, maxNegotiations)
    assert.match(all.at(-1)!.said[0]!, /^BUSY 64 negotiations are open/)
  })
})

type Act =
  | { readonly type: 'ask'; readonly run: 'live' | 'dry'; readonly offer: MedOffer; readonly loopCount: number }
  | { readonly type: 'agree' | 'counter' | 'declines' | 'is gone'; readonly which: number; readonly med: number }
  | { readonly type: 'router'; readonly why: EndReason; readonly which: number }
  | { readonly type: 'refuse'; readonly refuses: boolean }
  | { readonly type: 'slow'; readonly delay: number }

const med = fc.constantFrom(10, 200, 500, 1000)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      run: fc.constantFrom('live' as const, 'live' as const, 'dry' as const),
      loopCount: fc.constantFrom(1, 2, 6, 6, 6),
      offer: fc
        .record({
          med: fc.option(med, { freq: 4 }),
          planId: fc.nat({ max: 5 }).map(plan),
          ingress: fc.constantFrom('eth1', 'eth1', 'eth2', 'eth2', 'eth9'),
          leaseMs: fc.constantFrom(1000, 20_000, 600_000),
        })
        .map(({ med: asked, ...more }) => offer(asked, more)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'agree' as const,
        'agree' as const,
        'counter' as const,
        'declines' as const,
        'is gone' as const,
      ),
      which: fc.nat({ max: 9 }),
      med,
    }),
  },
  fc.record({
    type: fc.constant('router' as const),
    why: fc.constantFrom<EndReason>('undone', 'original-gone', 'session-lost'),
    which: fc.nat({ max: 3 }),
  }),
  fc.record({ type: fc.constant('refuse' as const), refuses: fc.constantFrom(true, false, false) }),
  fc.record({ type: fc.constant('slow' as const), delay: fc.constantFrom(0, 50, 50, 3000) }),
)

function play(device: Device, open: readonly PaperNegotiation[], one: Act): PaperNegotiation | undefined {
  // Headers of generated offers would come out of order: what is said is always new.
  const fresh = (last: MedOffer): MedOffer => ({ ...last, header: offer(0).header })
  if (one.type === 'ask') return device.begin(fresh(one.offer), one.run, one.loopCount)
  if (one.type === 'slow') device.router.delay = one.delay
  if (one.type === 'refuse') device.router.refusal = one.refuses ? { code: 'no-route', problem: 'none' } : undefined
  if (one.type === 'router') {
    const actuation = device.router.active()[one.which]
    if (actuation !== undefined) device.router.end(actuation.id, one.why)
  }
  if (!('med' in one)) return undefined
  const negotiation = open.at(one.which % Math.max(1, open.length))
  if (one.type === 'agree') negotiation?.agree()
  else if (one.type === 'counter')
    negotiation?.counter({ ...(negotiation.answer ?? offer(1)), ...fresh(offer(one.med)) })
  else negotiation?.giveUp(one.type)
  return undefined
}

test('whatever is said and done in whatever order: only what was agreed on is set, once at a place, and nothing stays', async () => {
  let agreements = 0
  const run = async (acts: readonly (readonly [Act, number])[]): Promise<void> => {
    const device = new Device()
    const all: PaperNegotiation[] = []
    for (const [one, pause] of acts) {
      const begun = play(
        device,
        all.filter(({ isOver }) => !isOver),
        one,
      )
      if (begun !== undefined) all.push(begun)
      await device.clock.pass(pause)
      const leases = device.negotiator.keeper.leases.all
      const places = leases.map(({ offer: { prefix: of, ingress } }) => `${of} ${ingress}`)
      assert.equal(new Set(places).size, places.length, 'two leases of one prefix at one ingress')
      const inForce = leases.filter(({ state }) => state !== 'prepared')
      // What is still being asked of the router is taken back once it has answered.
      if (device.router.asking === 0) assert.ok(device.router.active().length <= inForce.length)
    }
    const agreed = await Promise.all(
      all.filter(({ isOver, run: how }) => isOver && how === 'live').map((one) => one.outcome.catch(() => undefined)),
    )
    const bids = agreed.flatMap((one) => (one?.outcome === 'accepted' && one.value.med !== null ? [one.value] : []))
    agreements += device.router.applied.length
    for (const { prefix: of, interface: name, class: number, lifetime } of device.router.applied) {
      const bid = bids.find(
        (one) => one.prefix === of && one.ingress === name && one.leaseMs === lifetime && classOf(one.med!) === number,
      )
      assert.ok(bid !== undefined, 'a class that nobody agreed on')
    }
    for (const one of all) one.giveUp('is gone')
    device.router.refusal = undefined
    await device.clock.pass(3_600_000)
    assert.deepEqual([device.meds, device.negotiator.keeper.leases.all, device.open.size], [[], [], 0])
    const keys = new Set(all.map(({ answer }) => answer && planKey(answer.planId)))
    assert.ok(device.router.applied.length <= keys.size, 'a plan was set twice')
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(act, fc.constantFrom(0, 100, 100, 400, 400, 5000, 130_000)), { minLength: 5, maxLength: 60 }),
      run,
    ),
    { numRuns: 300 },
  )
  assert.ok(agreements > 10, `only ${agreements} agreements came about`)
})
