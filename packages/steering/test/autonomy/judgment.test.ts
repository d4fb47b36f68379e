import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { counts, judgmentOf, type PastLink, type PastProposal, standingOf } from '../../src/index.ts'

const link = (name: string, above: number, otherAbove: number, peak = 90, otherPeak = 90): PastLink => {
  return { link: name, peak, otherPeak, above, otherAbove }
}
/** Measured with its moves in force, opened for link `hot`. */
const past = (outcome: readonly PastLink[] | null, more: Partial<PastProposal> = {}): PastProposal => {
  return { id: 'transit-1', at: 1, moves: 'in force', because: ['hot'], outcome, takenBackAt: null, ...more }
}
const helped = past([link('hot', 0, 5, 70, 95), link('cool', 0, 0)])
const failed = past([link('hot', 0, 5, 70, 95), link('cool', 3, 0)])
const neither = past([link('hot', 0, 0, 60, 70), link('cool', 0, 0)])

describe('a proposal', () => {
  test('helped if a link was above its threshold for half of the time at most, and two steps less', () => {
    assert.equal(judgmentOf(helped), 'helped')
    assert.equal(judgmentOf(past([link('hot', 2, 4, 90, 99)])), 'helped')
    assert.equal(judgmentOf(past([link('hot', 3, 5, 90, 99)])), 'neither')
    assert.equal(judgmentOf(past([link('hot', 0, 1, 70, 85)])), 'neither')
  })

  test('did not help if another link was above longer, and failed if that was for two steps', () => {
    assert.equal(judgmentOf(past([link('hot', 0, 9, 70, 95), link('cool', 1, 0)])), 'neither')
    assert.equal(judgmentOf(past([link('hot', 0, 9, 70, 95), link('cool', 2, 0)])), 'failed')
  })

  test('failed if the highest load of a link in need stayed what it was, and not if it was eased', () => {
    assert.equal(judgmentOf(past([link('hot', 5, 5, 95, 95)])), 'failed')
    assert.equal(judgmentOf(past([link('hot', 5, 5, 95, 96)])), 'failed')
    assert.equal(judgmentOf(past([link('hot', 5, 5, 95, 130)])), 'neither')
    assert.equal(judgmentOf(past([link('hot', 1, 1, 85, 85)])), 'neither', 'it needed nothing')
  })

  test('that nobody approved is judged by what its moves would have given', () => {
    const shadow = { moves: 'not made' } as const
    assert.equal(judgmentOf(past([link('hot', 5, 0, 95, 70), link('cool', 0, 0)], shadow)), 'helped')
    assert.equal(judgmentOf(past([link('hot', 5, 0, 95, 70), link('cool', 0, 4)], shadow)), 'failed')
    assert.equal(judgmentOf(past([link('hot', 0, 5, 70, 95), link('cool', 0, 0)], shadow)), 'failed')
  })

  test('that was taken back failed, whatever was measured; one that was not measured says nothing', () => {
    assert.equal(judgmentOf({ ...helped, takenBackAt: 7 }), 'failed')
    assert.equal(judgmentOf(past(null, { takenBackAt: 7 })), 'failed')
    assert.equal(judgmentOf(past(null)), 'unknown')
  })

  test('is judged the same way from both sides: what is seen with the moves, or reckoned with them', () => {
    const steps = fc.nat(9)
    const rate = fc.integer({ min: 0, max: 120 })
    const one = fc.record({
      link: fc.constantFrom('hot', 'b', 'c'),
      peak: rate,
      otherPeak: rate,
      above: steps,
      otherAbove: steps,
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), (links) => {
        const turned = links.map(({ link: name, peak, otherPeak, above, otherAbove }) => {
          return { link: name, peak: otherPeak, otherPeak: peak, above: otherAbove, otherAbove: above }
        })
        assert.equal(judgmentOf(past(links)), judgmentOf(past(turned, { moves: 'not made' })))
        if (judgmentOf(past(links)) !== 'helped') return
        assert.ok(links.every(({ above, otherAbove }) => above <= otherAbove))
      }),
    )
  })

  test('counts when it has ended, and while it is open once it was looked at for a horizon', () => {
    assert.ok(counts('measured', 1, 5) && counts('relieved', 1, 5) && counts('outdated', 1, 5))
    assert.ok(!counts('open', 4, 5) && counts('open', 5, 5) && !counts('taken', 50, 5))
  })
})

describe('a border', () => {
  const times = (count: number, one: PastProposal): readonly PastProposal[] => Array.from({ length: count }, () => one)

  test('has its proposals approved once enough in a row helped; others between them do not matter', () => {
    assert.deepEqual(standingOf(times(4, helped), { proven: 5 }), {
      acts: false,
      because: '4 proposals in a row helped or would have, 5 are needed',
      helped: 4,
      needed: 5,
      failedAt: null,
    })
    assert.ok(standingOf(times(5, helped), { proven: 5 }).acts)
    assert.ok(standingOf([helped, neither, helped, past(null), helped], { proven: 3 }).acts)
  })

  test('begins anew with one that failed, or was taken back, and says since when', () => {
    const since = { ...failed, id: 'transit-8', at: 1_700_000_000_000 }
    const after = standingOf([helped, since, ...times(9, helped)], { proven: 5 })
    assert.equal(after.acts, false)
    assert.equal(after.failedAt, since.at)
    assert.equal(
      after.because,
      '1 proposal in a row helped or would have, 5 are needed: the count began anew after transit-8, which did not help',
    )
    const back = standingOf([{ ...since, takenBackAt: 1_700_000_060_000 }], { proven: 5 })
    assert.equal(back.failedAt, 1_700_000_060_000)
    assert.match(back.because, /after transit-8, which was taken back$/)
  })

  test('without a proof asked for, it acts at once, and after a failure asks for one', () => {
    assert.ok(standingOf([], { proven: 0 }).acts)
    assert.ok(!standingOf([failed, helped], { proven: 0 }).acts)
    assert.ok(standingOf([helped, failed], { proven: 0 }).acts)
  })

  test('never acts by fewer that helped than are needed, whatever its history', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(helped, failed, neither)), fc.nat(6), (history, proven) => {
        const first = history.findIndex((one) => one === failed)
        const since = first < 0 ? history : history.slice(0, first)
        const count = since.filter((one) => one === helped).length
        assert.equal(standingOf(history, { proven }).acts, count >= (first < 0 ? proven : Math.max(1, proven)))
      }),
    )
  })
})
