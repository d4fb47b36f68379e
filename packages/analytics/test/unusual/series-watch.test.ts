import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Outcome, type SeriesReading, SeriesWatch, stepsToLearn } from '../../src/index.ts'
import { createRandom } from './random.ts'

const stepsPerDay = 288
const stepMs = 86_400_000 / stepsPerDay
const begin = 20_000 * 86_400_000

/** A load with a rhythm of a day and 5 % of noise. */
function createLoad(seed: number): (step: number) => number {
  const random = createRandom(seed)
  return (step) =>
    1e6 * (1 + 0.5 * Math.sin((2 * Math.PI * (step % stepsPerDay)) / stepsPerDay)) * Math.exp(0.05 * random.normal())
}

/** A watch that has seen so many days, and what feeds it further. */
function live(days: number, seed = 1) {
  let watch = new SeriesWatch(stepsPerDay)
  const load = createLoad(seed)
  let step = 0
  const outcomes: Outcome[] = []
  const feed = (change: (value: number) => number = (value) => value, measured = 'so'): Outcome => {
    const reading: SeriesReading = { value: change(load(step)), compare: 'ratio', least: 1e4, measured }
    const outcome = watch.step(reading, begin + step++ * stepMs)
    outcomes.push(outcome)
    return outcome
  }
  for (let at = 0; at < days * stepsPerDay; at++) feed()
  return {
    feed,
    outcomes,
    restart: () => {
      watch = new SeriesWatch(
        stepsPerDay,
        JSON.parse(JSON.stringify(watch.snapshot())) as ReturnType<SeriesWatch['snapshot']>,
      )
    },
    snapshot: () => watch.snapshot(),
  }
}

const statesOf = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map(({ state }) => state)

describe('a series that is held against its own past', () => {
  test('says for some hours that it still learns, and how far it is', () => {
    const { outcomes } = live(1)
    const learning = outcomes.findIndex(({ state }) => state === 'usual')
    assert.ok(learning >= stepsToLearn(stepsPerDay) - 1 && learning <= stepsToLearn(stepsPerDay) + 1, `${learning}`)
    const done = outcomes.slice(0, learning).map((one) => (one.state === 'learning' ? one.done : NaN))
    assert.deepEqual(
      done,
      done.toSorted((one, other) => one - other),
    )
  })

  test('tells of nothing for weeks while it goes on as it did', () => {
    const begun = [1, 2, 3, 4, 5, 6].map(
      (seed) => live(28, seed).outcomes.filter(({ state }) => state === 'begins').length,
    )
    assert.ok(begun.reduce((sum, one) => sum + one, 0) <= 10, `${begun.join()} in 168 days`)
  })

  test('tells of a surge in its first step, once, with what was expected, and of its end', () => {
    const { feed } = live(4)
    const first = feed((value) => 3 * value)
    assert.ok(first.state === 'begins' && first.way === 'up' && first.form === 'point', JSON.stringify(first))
    assert.ok(Math.abs(first.value / first.expected - 3) < 0.6, `${first.value} of ${first.expected}`)
    assert.ok(first.sure > 1)
    const during = [1, 2, 3].map(() => feed((value) => 3 * value))
    assert.deepEqual(statesOf(during), ['goes on', 'goes on', 'goes on'])
    const after = Array.from({ length: 6 }, () => feed())
    const ended = after.filter(({ state }) => state === 'ends')
    assert.ok(
      ended.length === 1 && ended[0]!.state === 'ends' && ended[0]!.because === 'as before',
      JSON.stringify(after),
    )
    assert.ok(
      statesOf(after)
        .slice(-2)
        .every((state) => state === 'usual'),
    )
  })

  test('tells of silence', () => {
    const { feed } = live(4)
    const outcome = feed(() => 0)
    assert.ok(outcome.state === 'begins' && outcome.way === 'down', JSON.stringify(outcome))
  })

  test('tells of a shift that no single step shows, and since when', () => {
    const { feed } = live(14)
    const outcomes = Array.from({ length: 24 }, () => feed((value) => 1.25 * value))
    const at = outcomes.findIndex(({ state }) => state === 'begins')
    assert.ok(at >= 0, JSON.stringify(statesOf(outcomes)))
    const found = outcomes[at]!
    assert.ok(found.state === 'begins' && found.way === 'up' && found.ago <= at + 2, JSON.stringify(found))
  })

  test('takes what stays for a quarter of a day as usual, and tells of it again only when that changes', () => {
    const { feed } = live(4)
    const outcomes = Array.from({ length: stepsPerDay }, () => feed((value) => 4 * value))
    const ended = outcomes.filter(({ state }) => state === 'ends')
    assert.equal(ended.length, 1)
    assert.ok(ended[0]!.state === 'ends' && ended[0]!.because === 'accepted')
    assert.equal(outcomes.filter(({ state }) => state === 'begins').length, 1)
    assert.ok(feed().state === 'begins')
  })

  test('says nothing of steps that are not known, and judges nothing right after a long gap', () => {
    const { feed } = live(4)
    for (let step = 0; step < stepsPerDay / 2; step++) assert.equal(feed(() => NaN).state, 'unknown')
    assert.equal(feed((value) => 5 * value).state, 'unknown')
  })

  test('does not take another way of measuring for other traffic', () => {
    const { feed } = live(4)
    const outcomes = Array.from({ length: 20 }, () => feed((value) => value / 100, 'sampled 1:100'))
    assert.ok(
      outcomes.every(({ state }) => state !== 'begins'),
      JSON.stringify(statesOf(outcomes)),
    )
    assert.equal(outcomes.at(-1)!.state, 'usual')
    assert.equal(feed((value) => (3 * value) / 100, 'sampled 1:100').state, 'begins')
  })

  test('is not moved by changes that are too small to matter, however regular it was', () => {
    const watch = new SeriesWatch(stepsPerDay)
    const at = (step: number): number => begin + step * stepMs
    const reading = (value: number): SeriesReading => ({ value, compare: 'ratio', least: 10, measured: '' })
    for (let step = 0; step < 500; step++) watch.step(reading(1000), at(step))
    assert.equal(watch.step(reading(1100), at(500)).state, 'usual')
    assert.equal(watch.step(reading(2000), at(501)).state, 'begins')
  })

  test('cries less the more it cries: a link that bursts each hour is told of once a day at most in the long run', () => {
    const { feed, outcomes } = live(4)
    outcomes.length = 0
    for (let step = 0; step < 28 * stepsPerDay; step++) feed(step % 12 === 0 ? (value) => 6 * value : undefined)
    const lastWeek = outcomes.slice(-7 * stepsPerDay).filter(({ state }) => state === 'begins').length
    assert.ok(lastWeek <= 7, `${lastWeek} in the last week`)
  })

  test('goes on after a restart as if there had been none', () => {
    const [one, other] = [live(5), live(5)]
    other.restart()
    for (let step = 0; step < 50; step++) assert.equal(one.feed().state, other.feed().state)
    const found = one.feed((value) => 3 * value)
    const same = other.feed((value) => 3 * value)
    assert.ok(found.state === 'begins' && same.state === 'begins')
    assert.ok(Math.abs(found.expected / same.expected - 1) < 0.01)
  })

  test('stays whole whatever it is fed, and whatever it is begun with', () => {
    const value = fc.oneof(fc.constantFrom(NaN, 0, -1, Infinity, 1e300, 5e-324), fc.double({ min: 0, max: 1e9 }))
    const compare = fc.constantFrom('ratio' as const, 'difference' as const)
    const junk = fc.oneof(
      fc.constant(undefined),
      fc.json().map((text): unknown => JSON.parse(text)),
    )
    const states = new Set(['learning', 'usual', 'unknown', 'begins', 'goes on', 'ends'])
    fc.assert(
      fc.property(fc.array(value, { maxLength: 150 }), compare, fc.string(), junk, (values, by, measured, kept) => {
        const isObject = typeof kept === 'object' && kept !== null
        const watch = new SeriesWatch(stepsPerDay, isObject ? (kept as ReturnType<SeriesWatch['snapshot']>) : undefined)
        for (const [step, one] of values.entries()) {
          const outcome = watch.step({ value: one, compare: by, least: 1, measured }, begin + step * stepMs)
          assert.ok(states.has(outcome.state))
          if (outcome.state === 'begins') assert.ok(Number.isFinite(outcome.expected) && outcome.sure > 0)
        }
        const written = JSON.parse(JSON.stringify(watch.snapshot())) as ReturnType<SeriesWatch['snapshot']>
        assert.deepEqual(Object.keys(new SeriesWatch(stepsPerDay, written).snapshot()), Object.keys(written))
      }),
      { numRuns: 200 },
    )
  })
})
