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
  type MedBid,
  type MedBounds,
  medMatter,
  type MedOffer,
  type LeasePurpose,
  nextLeaseEnd,
  noLeases,
  stepLeases,
} from '../src/objectives/index.ts'
import { offer } from './med.ts'

const bounds: MedBounds = {
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
  const offers: MedBid[] = [offer(first.wanted)]
  for (let loopCount = 6; ; loopCount--) {
    const answer = answerMed(offers.at(-1)!, offers.slice(0, -1), loopCount, offers.length % 2 === 1 ? second : first, {
      ...bounds,
      meds,
    })
    if (answer.type !== 'counter') {
      return {
        offers: offers.map(({ med }) => med),
        end: answer.type === 'accept' ? 'accept' : answer.code,
      }
    }
    offers.push({ ...offers.at(-1)!, med: answer.med })
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
    const answer = (next: MedBid) => answerMed(next, last, 4, position, bounds)
    for (const lie of [offer(250), offer(100, { prefix: '192.0.2.0/25' }), offer(100, { leaseMs: 1 })]) {
      const said = answer(lie)
      assert.ok(said.type === 'decline' && said.code === 'UNTRUSTED', JSON.stringify(said))
      assert.equal(declineCodeOf(declineText(said)), 'UNTRUSTED')
    }
  })

  test('nothing outside the bounds is accepted or countered, also when it is welcome', () => {
    for (const wrong of [
      offer(1001),
      offer(10, { leaseMs: 86_400_000 }),
      offer(10, { confidence: 499 }),
      offer(10, { prefix: '198.51.100.0/24' }),
      offer(10, { leaseMs: 0 }),
    ]) {
      const said = answerMed(wrong, [], 6, { wanted: 0, limit: 1001 }, bounds)
      assert.ok(said.type === 'decline' && said.code === 'POLICY', JSON.stringify(said))
    }
  })
})

const config: LeaseConfig = { ...defaultLeaseConfig, leases: 3, remembered: 4 }
const plan = (octet: number): Uint8Array => new Uint8Array(16).fill(octet)

/** Leases of one agent in virtual time; what they brought about, in words. */
class Keeper {
  leases: Leases<MedOffer> = noLeases
  now = 1_700_000_000_000
  readonly done: string[] = []

  play(event: LeaseEvent<MedOffer>): readonly LeaseEffect<MedOffer>[] {
    const [next, effects] = stepLeases(this.leases, { ...event, now: this.now }, config, medMatter)
    this.leases = next
    for (const effect of effects) this.done.push(wordOf(effect))
    return effects
  }

  /** @returns the last word */
  ask(asked: MedOffer, { run = 'live', from = 'did:key:a' }: { run?: 'live' | 'dry'; from?: string } = {}): string {
    this.play({ type: 'asked', run, offer: asked, from })
    return this.done.at(-1)!
  }

  agree(purpose: LeasePurpose, agreed: MedOffer): void {
    this.play({ type: 'agreed', purpose, offer: agreed })
  }

  wait(ms: number): void {
    this.now += ms
    this.play({ type: 'tick' })
  }
}

const wordOf = (effect: LeaseEffect<MedOffer>): string =>
  effect.type === 'decline' ? effect.code : effect.type === 'go-on' ? effect.purpose : effect.type

/** The same plan, asked anew. */
const again = (last: MedOffer, more: Partial<MedOffer> = {}): MedOffer => ({
  ...last,
  header: offer(0).header,
  ...more,
})

function applied(keeper: Keeper, first: MedOffer = offer(200)): MedOffer {
  keeper.ask(first)
  keeper.agree('prepare', first)
  return first
}

describe('a lease', () => {
  test('is prepared, applied, confirmed, and reverted at its end', () => {
    const keeper = new Keeper()
    const first = applied(keeper)
    const second = again(first)
    keeper.ask(second)
    keeper.agree('confirm', second)
    keeper.wait(first.leaseMs - 1)
    assert.deepEqual(keeper.done, ['prepare', 'apply', 'confirm'])
    keeper.wait(1)
    assert.equal(keeper.done.at(-1), 'revert')
    assert.equal(nextLeaseEnd(keeper.leases), undefined)
  })

  test('has the MED that was agreed on in the end, not the one that was asked for first', () => {
    const keeper = new Keeper()
    keeper.ask(offer(200))
    const [effect] = keeper.play({ type: 'agreed', purpose: 'prepare', offer: offer(500) })
    assert.ok(effect?.type === 'apply' && effect.offer.med === 500)
    assert.equal(keeper.ask(offer(200)), 'UNTRUSTED')
    assert.equal(keeper.ask(offer(500)), 'confirm')
  })

  test('silent after prepare: it is forgotten; silent after accept: what was applied is reverted', () => {
    const keeper = new Keeper()
    keeper.ask(offer(200))
    keeper.wait(config.prepareMs)
    assert.deepEqual([keeper.done, keeper.leases.byPlan.size], [['prepare'], 0])
    applied(keeper, offer(200, { planId: plan(2) }))
    keeper.wait(config.confirmMs)
    assert.equal(keeper.done.at(-1), 'revert')
  })

  test('a shorter lease than the time to confirm is not longer for it', () => {
    const keeper = new Keeper()
    applied(keeper, offer(200, { leaseMs: 1000 }))
    keeper.wait(1000)
    assert.equal(keeper.done.at(-1), 'revert')
  })

  test('released by its peer, cancelled by the operator, or lost at the router', () => {
    const keeper = new Keeper()
    const first = applied(keeper)
    const release = again(first, { med: null })
    assert.equal(keeper.ask(release, { from: 'did:key:b' }), 'UNTRUSTED')
    assert.equal(keeper.ask(release), 'release')
    keeper.agree('release', release)
    assert.equal(keeper.done.at(-1), 'revert')
    assert.equal(keeper.ask(again(release)), 'STALE')
    const second = applied(keeper, offer(200, { planId: plan(2), ingress: 'eth2' }))
    keeper.play({ type: 'cancelled', planId: second.planId })
    assert.equal(keeper.done.at(-1), 'revert')
    assert.equal(keeper.ask(again(second)), 'UNDONE')
    const third = applied(keeper, offer(200, { planId: plan(3), ingress: 'eth3' }))
    keeper.play({ type: 'lost', planId: third.planId })
    assert.deepEqual([keeper.done.at(-1), keeper.leases.byPlan.size], ['apply', 0])
  })

  test('a negotiation that failed takes back what was prepared, and nothing that is in force', () => {
    const keeper = new Keeper()
    keeper.ask(offer(200))
    keeper.play({ type: 'failed', planId: plan(1) })
    assert.equal(keeper.leases.byPlan.size, 0)
    applied(keeper, offer(200))
    keeper.play({ type: 'failed', planId: plan(1) })
    assert.equal(keeper.leases.byPlan.size, 1)
  })

  test('a dry run says what a live one would hear, and leaves nothing behind', () => {
    const keeper = new Keeper()
    assert.equal(keeper.ask(offer(200, { planId: plan(9) }), { run: 'dry' }), 'dry-run')
    assert.equal(keeper.leases, noLeases)
    applied(keeper)
    assert.equal(keeper.ask(offer(200, { planId: plan(9) }), { run: 'dry' }), 'BUSY')
    assert.equal(keeper.ask({ ...offer(0, { planId: plan(9) }), med: null }, { run: 'dry' }), 'dry-run')
  })

  test('a plan that is over does not begin anew, and says why; one that was never accepted may', () => {
    const keeper = new Keeper()
    const why = (asked: MedOffer): string => {
      const effect = keeper.play({ type: 'asked', run: 'live', offer: asked, from: 'did:key:a' }).at(-1)
      return effect?.type === 'decline' ? `${effect.code} ${effect.problem}` : wordOf(effect!)
    }
    const first = applied(keeper)
    keeper.wait(config.confirmMs)
    keeper.wait(config.holdMs)
    assert.equal(why(again(first)), 'STALE it was not confirmed in time')
    const second = applied(keeper, offer(200, { planId: plan(2), ingress: 'eth2' }))
    keeper.play({ type: 'lost', planId: second.planId, because: 'there is no route' })
    assert.equal(why(again(second)), 'RESOURCE there is no route')
    const third = applied(keeper, offer(200, { planId: plan(3), ingress: 'eth3' }))
    keeper.agree('confirm', third)
    keeper.play({ type: 'lost', planId: third.planId })
    assert.equal(why(again(third)), 'STALE the router has it no more')
    const fourth = offer(200, { planId: plan(4), ingress: 'eth4' })
    keeper.ask(fourth)
    keeper.play({ type: 'failed', planId: fourth.planId })
    assert.equal(why(again(fourth)), 'prepare')
    keeper.wait(config.prepareMs)
    assert.equal(why(again(fourth)), 'STALE it was not accepted in time')
  })

  test('another node, another content, a replay and a second prepare of a plan are declined', () => {
    const keeper = new Keeper()
    const first = offer(200)
    keeper.ask(first)
    assert.equal(keeper.ask(offer(200)), 'BUSY')
    keeper.agree('prepare', first)
    assert.equal(keeper.ask(first), 'STALE')
    assert.equal(keeper.ask(offer(200), { from: 'did:key:b' }), 'UNTRUSTED')
    assert.equal(keeper.ask(offer(500)), 'UNTRUSTED')
    assert.equal(keeper.ask(offer(200, { prefix: '198.51.100.0/24' })), 'UNTRUSTED')
    assert.equal(keeper.done.filter((word) => word === 'apply').length, 1)
  })

  test('a flapper changes a prefix once in each hold time', () => {
    const keeper = new Keeper()
    for (let attempt = 0; attempt < 400; attempt++) {
      const next = offer(attempt % 2 === 0 ? 200 : 500, { planId: plan(attempt % 251) })
      if (keeper.ask(next) === 'prepare') keeper.agree('prepare', next)
      keeper.wait(1000)
    }
    assert.equal(keeper.done.filter((word) => word === 'apply').length, Math.ceil(400_000 / config.holdMs))
  })

  test('keeps others off its prefix at its ingress to its end', () => {
    const keeper = new Keeper()
    const first = applied(keeper)
    keeper.agree('confirm', first)
    keeper.wait(config.holdMs)
    assert.equal(keeper.ask(offer(500, { planId: plan(2) })), 'BUSY')
    assert.equal(keeper.ask(offer(500, { planId: plan(3), ingress: 'eth2' })), 'prepare')
    keeper.wait(first.leaseMs)
    assert.equal(keeper.ask(offer(500, { planId: plan(2) })), 'prepare')
  })

  test('any events in any order: the tables keep their limits, and every apply is followed by one revert, or is lost', () => {
    const anyPlan = fc.nat({ max: 5 }).map(plan)
    const proposal = fc
      .record({ planId: anyPlan, med: fc.constantFrom(200, 500), ingress: fc.constantFrom('eth1', 'eth2') })
      .map(({ med, ...more }) => offer(med, more))
    const maybeReleasing = fc.oneof(
      proposal,
      proposal.map((one): MedOffer => ({ ...one, med: null })),
    )
    const purpose = fc.constantFrom<LeasePurpose>('dry-run', 'prepare', 'confirm', 'release')
    const event: fc.Arbitrary<LeaseEvent<MedOffer>> = fc.oneof(
      fc.record({
        type: fc.constant('asked' as const),
        run: fc.constantFrom('dry' as const, 'live' as const),
        offer: maybeReleasing,
        from: fc.constantFrom('a', 'b'),
      }),
      fc.record({ type: fc.constant('agreed' as const), purpose, offer: proposal }),
      fc.record({ type: fc.constantFrom('failed' as const, 'cancelled' as const, 'lost' as const), planId: anyPlan }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 10_000 })), { maxLength: 60 }), (events) => {
        const keeper = new Keeper()
        let lost = 0
        for (const [one, pause] of events) {
          const held = one.type === 'lost' ? keeper.leases.byPlan.get(one.planId.join('.')) : undefined
          if (held !== undefined && held.state !== 'prepared') lost++
          // Headers of generated offers would come out of order: what is asked is always new.
          keeper.play(one.type === 'asked' ? { ...one, offer: again(one.offer) } : one)
          keeper.wait(pause)
          assert.ok(keeper.leases.byPlan.size <= config.leases && keeper.leases.changes.size <= config.remembered)
          assert.ok(keeper.leases.over.size <= config.remembered)
          const places = [...keeper.leases.byPlan.values()].map(({ offer: { prefix, ingress } }) => prefix + ingress)
          assert.equal(new Set(places).size, places.length, 'two leases of one prefix at one ingress')
        }
        keeper.wait(10_000_000)
        const count = (word: string): number => keeper.done.filter((one) => one === word).length
        assert.equal(count('apply'), count('revert') + lost)
        assert.equal(keeper.leases.byPlan.size, 0)
      }),
    )
  })
})
