import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CoverageHistory } from '../../src/domain/coverage-history.ts'
import {
  knownOf,
  knownWindow,
  ratedPart,
  stepsEnd,
  storedSpanOf,
  type View,
  wholeStepsEnd,
} from '../../src/domain/view.ts'

const minute = 60_000

describe('coverage over time', () => {
  const history = new CoverageHistory()
  history.add({ from: 0, to: minute, flow: 50, counter: 100 })
  history.add({ from: minute, to: 2 * minute, flow: 300, counter: 300 })

  test('is all that flows saw by all that counters saw, not the mean of shares', () => {
    assert.equal(history.share(0, 2 * minute), 350 / 400)
    assert.equal(history.share(minute / 2, 2 * minute), (25 + 300) / (50 + 300))
  })
  test('is not known while less than half of the window is', () => {
    assert.equal(history.share(0, 4 * minute), 350 / 400)
    assert.equal(history.share(0, 4 * minute + 1), null)
  })
  test('is not known where the counters saw nothing', () => {
    const idle = new CoverageHistory()
    idle.add({ from: 0, to: minute, flow: 0, counter: 0 })
    assert.equal(idle.share(0, minute), null)
  })
  test('forgets what is older than a day', () => {
    const long = new CoverageHistory()
    for (let at = 0; at <= 1440; at++)
      long.add({ from: at * minute, to: (at + 1) * minute, flow: at === 0 ? 1 : 2, counter: 2 })
    assert.equal(long.share(0, minute), null)
    assert.equal(long.share(minute, 2 * minute), 1)
  })
})

describe('windows of the store', () => {
  test('end when the records of their time have come, and begin no earlier than the state', () => {
    assert.deepEqual(knownWindow({ now: () => 500_000, since: 0 }, 60_000), { from: 430_000, to: 490_000 })
    assert.deepEqual(knownWindow({ now: () => 500_000, since: 450_000 }, 60_000), { from: 450_000, to: 490_000 })
    assert.deepEqual(knownWindow({ now: () => 500_000, since: 499_500 }, 60_000), { from: 499_000, to: 500_000 })
    const late = { now: () => 500_000, since: 0, report: { recordLag: { ms: 65_000, late: [] } } }
    assert.deepEqual(knownWindow(late, 60_000), { from: 375_000, to: 435_000 })
    assert.equal(knownOf(late, 400_000, 60_000), 35_000)
    assert.equal(stepsEnd(500_000, 60_000, 10_000), 480_000)
    assert.equal(stepsEnd(500_000, 60_000, 65_000), 420_000)
  })

  test('end where the store is complete, when it is behind', async () => {
    const view = (completeTo: number, since = 0, log?: object) => ({
      now: () => 500_000,
      since,
      report: log && ({ log, recordLag: { ms: 10_000 } } as unknown as View['report']),
      store: { stats: async () => ({ completeTo }) } as unknown as View['store'],
    })
    const last = { milliseconds: 60_000, to: undefined }
    assert.deepEqual(await storedSpanOf(view(500_000), last), { from: 430_000, to: 490_000 })
    assert.deepEqual(await storedSpanOf(view(445_000), last), { from: 375_000, to: 435_000 })
    assert.deepEqual(await storedSpanOf(view(445_000, 400_000), last), { from: 400_000, to: 435_000 })
    const named = { milliseconds: 60_000, to: 480_000 }
    assert.deepEqual(await storedSpanOf(view(445_000), named), { from: 420_000, to: 445_000 })
    assert.deepEqual(await storedSpanOf(view(490_000), named), { from: 420_000, to: 480_000 })
    const old = { milliseconds: 450_000, to: 480_000 }
    assert.deepEqual(await storedSpanOf(view(500_000, 400_000), old), { from: 30_000, to: 480_000 })
    const ahead = { milliseconds: 600_000, to: 1_000_000 }
    assert.deepEqual(await storedSpanOf(view(500_000), ahead), { from: 400_000, to: 500_000 })
    const nothing = {
      name: 'StoreError',
      message: /^the store is 100 s behind and has nothing of this window yet/,
    }
    await assert.rejects(storedSpanOf(view(400_000), named), nothing)
    await assert.rejects(storedSpanOf(view(400_000, 420_000), last), nothing)
    // What waits in memory for the disk cannot be asked for either.
    const refused = { waitingSince: 445_000, problem: 'ENOSPC' }
    assert.deepEqual(await storedSpanOf(view(500_000, 0, refused), last), { from: 375_000, to: 435_000 })
    assert.deepEqual(await storedSpanOf(view(440_000, 0, refused), last), { from: 370_000, to: 430_000 })
    const full = { message: /^the store is 55 s behind .* its disk refuses records: ENOSPC$/ }
    await assert.rejects(storedSpanOf(view(500_000, 450_000, refused), last), full)
  })

  test('become rates by the part since the state began', () => {
    const span = { from: 30_000, to: 480_000 }
    const rated = (since: number): object => ratedPart({ since, now: () => 600_000 }, span, span)
    assert.deepEqual(rated(400_000), { from: 400_000, to: 480_000 })
    assert.deepEqual(rated(10_000), span)
    assert.deepEqual(rated(500_000), span)
  })

  test('become rates by what is known of whole buckets', () => {
    const rated = (to: number, now: number): object =>
      ratedPart({ since: 0, now: () => now }, { from: 0, to: 600_000 }, { from: 30_000, to })
    assert.deepEqual(rated(480_000, 900_000), { from: 0, to: 600_000 })
    assert.deepEqual(rated(480_000, 490_000), { from: 0, to: 480_000 })
    assert.deepEqual(rated(480_000, 500_000), { from: 0, to: 490_000 })
  })

  test('of steps end with a whole one', () => {
    assert.equal(wholeStepsEnd(129_999, 60_000, 10_000), 60_000)
    assert.equal(wholeStepsEnd(130_000, 60_000, 10_000), 120_000)
  })
})
