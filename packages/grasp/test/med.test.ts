/** Negotiating MED: bargains end, bounds hold, leases revert, whatever the other side does. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  answerMed,
  declineCodeOf,
  declineText,
  defaultLeaseConfig,
  type LeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type Leases,
  type MedBounds,
  type MedOffer,
  nextLeaseEnd,
  noLeases,
  stepLeases,
} from '../src/objectives/index.ts'
import { offer } from './med.ts'

const bounds: MedBounds = {
  least: 0,
  most: 1000,
  meds: Array.from({ length: 1001 }, (_, med) => med),
  leaseMs: 3_600_000,
  leastConfidence: 500,
  allows: (prefix) => prefix.startsWith('192.0.2.'),
}
const position = { wanted: 0, limit: 40 }

/** Two agents bargain; the offers made, and how it ended. */
function bargain(
  first: { wanted: number; limit: number },
  second: { wanted: number; limit: number },
  meds = bounds.meds,
): { offers: readonly number[]; end: string } {
  const offers: MedOffer[] = [offer(first.wanted)]
  for (let loopCount = 6; ; loopCount--) {
    const answer = answerMed(offers.at(-1)!, offers.slice(0, -1), loopCount, offers.length % 2 === 1 ? second : first, {
      ...bounds,
      meds,
    })
    if (answer.type !== 'counter') {
      return {
        offers: offers.map(({ medProposed }) => medProposed),
        end: answer.type === 'accept' ? 'accept' : answer.code,
      }
    }
    offers.push({ ...offers.at(-1)!, medProposed: answer.med })
    assert.ok(offers.length <= 6, 'the bargain did not end with the loop count')
  }
}

describe('a bargain', () => {
  test('two sides that overlap agree, in a value both can have', () => {
    const { offers, end } = bargain({ wanted: 200, limit: 60 }, { wanted: 0, limit: 80 })
    assert.equal(end, 'accept')
    assert.ok(offers.at(-1)! >= 60 && offers.at(-1)! <= 80, offers.join())
  })

  test('two sides that do not overlap decline', () => {
    assert.match(bargain({ wanted: 200, limit: 120 }, { wanted: 0, limit: 80 }).end, /RESOURCE|LOOP/)
  })

  test('whatever both want: it ends, each offer lies between the last two, and the direction changes with each', () => {
    const med = fc.nat({ max: 1000 })
    const side = fc.record({ wanted: med, limit: med })
    fc.assert(
      fc.property(side, side, (first, second) => {
        const { offers, end } = bargain(first, second)
        assert.notEqual(end, 'UNTRUSTED')
        for (let index = 2; index < offers.length; index++) {
          const [a, b, c] = [offers[index - 2]!, offers[index - 1]!, offers[index]!]
          assert.ok(c >= Math.min(a, b) && c <= Math.max(a, b), offers.join())
        }
      }),
    )
  })

  test('offers and agrees on what can be set, and nothing else', () => {
    const meds = [10, 50, 100, 200, 500, 1000]
    const ends: string[] = []
    for (const wanted of meds)
      for (const limit of meds)
        for (const theirs of meds)
          for (const theirLimit of meds) {
            const { offers, end } = bargain({ wanted, limit }, { wanted: theirs, limit: theirLimit }, meds)
            ends.push(end)
            assert.ok(
              offers.every((med) => meds.includes(med)),
              offers.join(),
            )
          }
    assert.equal(ends.filter((end) => end === 'accept').length, 1156)
    assert.equal(bargain({ wanted: 200, limit: 120 }, { wanted: 10, limit: 150 }, meds).end, 'RESOURCE')
    assert.equal(bargain({ wanted: 60, limit: 60 }, { wanted: 10, limit: 150 }, meds).end, 'POLICY')
  })

  test('a liar who moves away, or changes the matter, is found out', () => {
    const last = [offer(200), offer(0)]
    const answer = (next: MedOffer) => answerMed(next, last, 4, position, bounds)
    for (const lie of [offer(250), offer(100, { prefixes: ['192.0.2.0/25'] }), offer(100, { leaseMs: 1 })]) {
      const said = answer(lie)
      assert.ok(said.type === 'decline' && said.code === 'UNTRUSTED', JSON.stringify(said))
      assert.equal(declineCodeOf(declineText(said)), 'UNTRUSTED')
    }
  })

  test('nothing outside the bounds is accepted or countered, also when it is welcome', () => {
    for (const wrong of [
      offer(1001),
      offer(10, { medNow: 5000 }),
      offer(10, { leaseMs: 86_400_000 }),
      offer(10, { confidence: 499 }),
      offer(10, { prefixes: ['198.51.100.0/24'] }),
      offer(10, { prefixes: [] }),
    ]) {
      const said = answerMed(wrong, [], 6, { wanted: 0, limit: 1001 }, bounds)
      assert.ok(said.type === 'decline' && said.code === 'POLICY', JSON.stringify(said))
    }
  })
})

const config: LeaseConfig = { ...defaultLeaseConfig, node: 'pe-2', leases: 3, remembered: 4 }

/** Leases of one agent in virtual time; what they brought about, in words. */
class Keeper {
  leases: Leases = noLeases
  now = 1_700_000_000_000
  readonly done: string[] = []

  play(event: LeaseEvent): readonly LeaseEffect[] {
    const [next, effects] = stepLeases(this.leases, { ...event, now: this.now }, config)
    this.leases = next
    for (const effect of effects) this.done.push(effect.type === 'decline' ? effect.code : effect.type)
    return effects
  }

  wait(ms: number): void {
    this.now += ms
    this.play({ type: 'tick' })
  }
}

/** Dry run and prepare, as the responder sees them. */
function prepared(keeper: Keeper, plan = offer(50)): MedOffer {
  keeper.play({ type: 'asked', run: 'dry', offer: plan })
  keeper.play({ type: 'agreed', run: 'dry', offer: plan, with: 'pe-1' })
  const live = { ...plan, header: { ...plan.header, sequence: plan.header.sequence + 0.5 } }
  keeper.play({ type: 'asked', run: 'live', offer: live })
  return live
}

describe('a lease', () => {
  test('is quoted, reserved, applied, confirmed, and reverted at its end', () => {
    const keeper = new Keeper()
    const live = prepared(keeper)
    keeper.play({ type: 'agreed', run: 'live', offer: live, with: 'pe-1' })
    keeper.play({ type: 'confirmed', planId: live.planId })
    keeper.wait(live.leaseMs - 1)
    assert.deepEqual(keeper.done, ['go-on', 'reserve', 'go-on', 'apply'])
    keeper.wait(1)
    assert.equal(keeper.done.at(-1), 'revert')
    assert.equal(nextLeaseEnd(keeper.leases), undefined)
  })

  test('silent after prepare: what was reserved is released', () => {
    const keeper = new Keeper()
    prepared(keeper)
    keeper.wait(config.prepareMs)
    assert.deepEqual(keeper.done.at(-1), 'release')
    assert.equal(keeper.leases.byPlan.size, 0)
  })

  test('silent after accept: what was applied is reverted without a confirmation', () => {
    const keeper = new Keeper()
    const live = prepared(keeper)
    keeper.play({ type: 'agreed', run: 'live', offer: live, with: 'pe-1' })
    keeper.wait(config.confirmMs)
    assert.equal(keeper.done.at(-1), 'revert')
  })

  test('a negotiation that failed after prepare releases at once; cancelling reverts at once', () => {
    const keeper = new Keeper()
    const live = prepared(keeper)
    keeper.play({ type: 'failed', planId: live.planId })
    assert.equal(keeper.done.at(-1), 'release')
    const again = prepared(keeper, offer(60, { planId: new Uint8Array(16).fill(2) }))
    keeper.play({ type: 'agreed', run: 'live', offer: again, with: 'pe-1' })
    keeper.play({ type: 'cancelled', planId: again.planId })
    assert.equal(keeper.done.at(-1), 'revert')
  })

  test('a live negotiation without a dry run, or with another content, is declined', () => {
    const keeper = new Keeper()
    keeper.play({ type: 'asked', run: 'live', offer: offer(50) })
    keeper.play({ type: 'agreed', run: 'dry', offer: offer(50), with: 'pe-1' })
    keeper.play({ type: 'asked', run: 'live', offer: offer(60) })
    keeper.play({ type: 'asked', run: 'live', offer: offer(50, { header: { node: 'pe-9', epoch: 1, sequence: 1 } }) })
    assert.deepEqual(keeper.done, ['POLICY', 'UNTRUSTED', 'UNTRUSTED'])
  })

  test('a replayer is stale', () => {
    const keeper = new Keeper()
    const plan = offer(50)
    keeper.play({ type: 'asked', run: 'dry', offer: plan })
    keeper.play({ type: 'asked', run: 'dry', offer: plan })
    keeper.play({ type: 'asked', run: 'dry', offer: { ...plan, header: { ...plan.header, epoch: 0 } } })
    assert.deepEqual(keeper.done, ['go-on', 'STALE', 'STALE'])
  })

  test('a flapper changes a prefix once in each hold time', () => {
    const keeper = new Keeper()
    let applied = 0
    for (let attempt = 0; attempt < 400; attempt++) {
      const plan = offer(attempt % 2 === 0 ? 50 : 90, { planId: new Uint8Array(16).fill(attempt % 251) })
      const before = keeper.done.length
      keeper.play({ type: 'asked', run: 'dry', offer: plan })
      if (keeper.done.at(-1) === 'go-on') {
        keeper.play({ type: 'agreed', run: 'dry', offer: plan, with: 'pe-1' })
        const live = { ...plan, header: offer(0).header }
        keeper.play({ type: 'asked', run: 'live', offer: live })
        if (keeper.done.at(-1) === 'go-on') keeper.play({ type: 'agreed', run: 'live', offer: live, with: 'pe-1' })
      }
      applied += keeper.done.slice(before).filter((word) => word === 'apply').length
      keeper.wait(1000)
    }
    assert.equal(applied, Math.ceil(400_000 / config.holdMs))
  })

  test('keeps others off its prefixes to its end, so that what is reverted is what was there before', () => {
    const keeper = new Keeper()
    const first = prepared(keeper)
    const second = offer(200, { planId: new Uint8Array(16).fill(2) })
    const ask = (): string => {
      keeper.play({ type: 'asked', run: 'dry', offer: { ...second, header: offer(0).header } })
      return keeper.done.at(-1)!
    }
    assert.equal(ask(), 'BUSY')
    keeper.play({ type: 'agreed', run: 'live', offer: first, with: 'pe-1' })
    keeper.play({ type: 'confirmed', planId: first.planId })
    keeper.wait(config.holdMs)
    assert.equal(ask(), 'BUSY')
    // Our own opening comes to its accept without being asked.
    keeper.play({ type: 'agreed', run: 'dry', offer: second, with: 'pe-3' })
    keeper.play({ type: 'agreed', run: 'live', offer: second, with: 'pe-3' })
    assert.equal(keeper.done.filter((word) => word === 'apply').length, 1)
    const elsewhere = offer(200, { planId: new Uint8Array(16).fill(3), prefixes: ['192.0.2.128/25'] })
    keeper.play({ type: 'asked', run: 'dry', offer: elsewhere })
    assert.equal(keeper.done.at(-1), 'go-on')
    keeper.wait(first.leaseMs)
    assert.equal(keeper.done.at(-1), 'revert')
    assert.equal(ask(), 'go-on')
  })

  test('of two openings that cross, the lower (node, plan) yields on both sides', () => {
    const ours = offer(10, { header: { node: 'pe-2', epoch: 1, sequence: 1 } })
    const theirs = offer(20, { header: { node: 'pe-1', epoch: 1, sequence: 1 } })
    const [here, there] = [new Keeper(), new Keeper()]
    here.play({ type: 'asked', run: 'dry', offer: theirs, opening: ours })
    there.play({ type: 'asked', run: 'dry', offer: ours, opening: theirs })
    assert.deepEqual([here.done, there.done], [['BUSY'], ['yield', 'go-on']])
  })

  test('any events in any order: the tables keep their limits, and every apply is followed by a revert', () => {
    const plan = fc.nat({ max: 5 }).map((octet) => new Uint8Array(16).fill(octet))
    const proposal = fc
      .record({ planId: plan, med: fc.constantFrom(10, 20) })
      .map(({ planId, med }) => offer(med, { planId }))
    const run = fc.constantFrom('dry' as const, 'live' as const)
    const event: fc.Arbitrary<LeaseEvent> = fc.oneof(
      fc.record({ type: fc.constant('asked' as const), run, offer: proposal }),
      fc.record({ type: fc.constant('agreed' as const), run, offer: proposal, with: fc.constant('pe-1') }),
      fc.record({ type: fc.constantFrom('failed' as const, 'confirmed' as const, 'cancelled' as const), planId: plan }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 10_000 })), { maxLength: 60 }), (events) => {
        const keeper = new Keeper()
        for (const [one, pause] of events) {
          // Headers of generated offers would come out of order: what is asked is always new.
          keeper.play(one.type === 'asked' ? { ...one, offer: { ...one.offer, header: offer(0).header } } : one)
          keeper.wait(pause)
          assert.ok(keeper.leases.byPlan.size <= config.leases && keeper.leases.changes.size <= config.remembered)
        }
        keeper.wait(10_000_000)
        const count = (word: string): number => keeper.done.filter((one) => one === word).length
        assert.equal(count('apply') + count('reserve') >= count('revert') + count('release'), true)
        assert.equal(count('apply'), count('revert'))
        assert.equal(keeper.leases.byPlan.size, 0)
      }),
    )
  })
})
