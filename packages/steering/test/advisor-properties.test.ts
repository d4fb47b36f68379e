import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Advisor, type BorderReading, type Finding, moveBudget, type Proposal } from '../src/index.ts'

const strange = fc.constantFrom(NaN, Infinity, -Infinity, -1, Number.MAX_VALUE, 1e17)
const rate = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 110 }) }, { weight: 1, arbitrary: strange })
const names = fc.oneof(
  { weight: 30, arbitrary: fc.constant<readonly string[]>(['a', 'b', 'c']) },
  { weight: 1, arbitrary: fc.constantFrom<readonly string[]>(['b', 'a'], ['a'], [], ['a', 'a', 'b']) },
)
const load = fc.oneof({ weight: 6, arbitrary: rate }, { weight: 1, arbitrary: fc.constant(null) })
const capacity = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(50, 100, 100, 200) },
  { weight: 1, arbitrary: fc.oneof(fc.constant(0), strange) },
)
const prefix = fc.record(
  {
    prefix: fc.integer({ min: 0, max: 30 }).map((number) => `10.0.${number}.0/24`),
    rates: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(fc.nat(2), rate).map(([link, one]) => [0, 1, 2].map((each) => (each === link ? one : 0))),
      },
      { weight: 1, arbitrary: fc.array(rate, { maxLength: 4 }) },
    ),
    steeredTo: fc.oneof(
      { weight: 5, arbitrary: fc.nat(2) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 7, 0.5, NaN) },
    ),
  },
  { requiredKeys: ['prefix', 'rates'], noNullPrototype: true },
)
const pace = fc.oneof(
  { weight: 12, arbitrary: fc.constant(60_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1e9, 1e9, 90_001, NaN) },
)
/** Some are repeated, so that things last; some play what was proposed. */
const step = fc.record({
  names,
  links: fc.array(fc.record({ load, capacity }), { minLength: 3, maxLength: 3 }),
  prefixes: fc.array(prefix, { maxLength: 25 }),
  pace,
  times: fc.integer({ min: 1, max: 12 }),
  after: fc.constantFrom('nothing', 'approve', 'restart', 'break'),
})

function checkMove({ prefix: moved, from, to }: Proposal['moves'][number], { links, prefixes }: BorderReading): void {
  const known = new Set(links.map(({ name }) => name))
  assert.ok(known.has(from) && known.has(to) && prefixes.some(({ prefix: one }) => one === moved))
  assert.ok(from !== to || known.size < links.length) // the latter where links share a name
  assert.ok(links.some(({ name, load: now }) => name === to && now !== null))
}

/** @param known number of the last proposal of before */
function checkFinding(finding: Finding, reading: BorderReading, known: number): void {
  for (const { capacity: most, threshold, load: now, upper } of finding.links) {
    assert.ok(threshold >= 0.55 * most && threshold <= most, `threshold ${threshold} of ${most}`)
    for (const value of [most, threshold, now ?? 0, upper ?? 0]) assert.ok(Number.isFinite(value) && value >= 0)
  }
  assert.ok(finding.proposals.filter(({ endedAt }) => endedAt === null).length <= 1)
  for (const one of finding.proposals) {
    checkNumbers(one)
    if (one.number > known && one.endedAt === null) checkOpened(one, reading)
  }
}

function checkOpened(one: Proposal, reading: BorderReading): void {
  assert.ok(one.moves.length >= 1 && one.moves.length <= moveBudget)
  assert.equal(new Set(one.moves.map(({ prefix: moved }) => moved)).size, one.moves.length)
  for (const move of [...one.moves, ...one.rejected.map((rejected) => rejected.move)]) checkMove(move, reading)
  const sum = (part: 'before' | 'after') => one.expected.reduce((total, each) => total + each[part], 0)
  assert.ok(Math.abs(sum('before') - sum('after')) <= 1e-9 * sum('before'), `${sum('before')} ${sum('after')}`)
  assert.ok(one.because.length > 0 && one.because.every(({ load: now, threshold }) => now! >= threshold))
}

function checkNumbers(value: unknown): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${value}`)
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) checkNumbers(part)
}

describe('the advisor, whatever it reads', () => {
  test('never throws, and proposes only what can be done', () => {
    let opened = 0
    let taken = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let advisor = new Advisor()
        let at = 1_700_000_000_000
        let last: Proposal | undefined
        let number = 0
        const steering = new Map<string, number>()
        for (const { names: list, links, prefixes, pace: passed, times, after } of steps) {
          for (let time = 0; time < times; time++) {
            const reading: BorderReading = {
              at,
              links: list.map((name, link) => ({ name, ...links[link]! })),
              prefixes: prefixes.map((one) => {
                const link = steering.get(one.prefix)
                return link === undefined ? one : { ...one, steeredTo: link }
              }),
            }
            const finding = advisor.take(reading)
            checkFinding(finding, reading, number)
            for (const one of finding.proposals) {
              assert.ok(one.number >= number, 'numbers grow')
              number = one.number
              if (one.openedAt === finding.at && one.state === 'open') opened++
              if (one.state === 'taken') taken++
            }
            last = finding.proposals.findLast(({ endedAt }) => endedAt === null)
            at += time === 0 && Number.isFinite(passed) ? passed : 60_000
            at = Math.max(0, at)
          }
          if (after === 'approve')
            for (const move of last?.moves ?? []) steering.set(move.prefix, list.indexOf(move.to))
          if (after === 'restart' || after === 'break') {
            const snapshot = JSON.parse(JSON.stringify(advisor.snapshot())) as Record<string, unknown>
            advisor = Advisor.restore(
              { firstNumber: number + 1 },
              after === 'break' ? { ...snapshot, live: 1 } : snapshot,
            )
          }
        }
      }),
      { numRuns: 400 },
    )
    assert.ok(opened > 25 && taken > 0, `${opened} opened, ${taken} taken: nothing was tried`)
  })

  test('restores from any text as if from nothing', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.deepEqual(Advisor.restore({}, value).snapshot(), new Advisor().snapshot())
      }),
    )
  })

  test('a snapshot with any one value replaced still gives an advisor that works', () => {
    const advisor = new Advisor()
    const reading = (at: number): BorderReading => ({
      at,
      links: ['a', 'b'].map((name, link) => ({ name, capacity: 100, load: link === 0 ? 90 : 20 })),
      prefixes: [0, 1, 2, 3].map((number) => ({
        prefix: `10.0.${number}.0/24`,
        rates: [20, 5 * number],
        steeredTo: number % 2,
      })),
    })
    for (let at = 0; at < 8; at++) advisor.take(reading(at * 60_000))
    const text = JSON.stringify(advisor.snapshot())
    const places = [...text.matchAll(/(?<=[:[,])(?:-?[\d.e+-]+|"[^"]*"(?!:)|null|true|false)(?=[,}\]])/g)]
    assert.ok(places.length > 60)
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom('null', '-1', '1e300', '"a"', '{}', '[]', '0.5'),
        (place, value) => {
          const broken = text.slice(0, place.index) + value + text.slice(place.index + place[0].length)
          const restored = Advisor.restore({}, JSON.parse(broken))
          for (let at = 8; at < 30; at++)
            for (const { threshold } of restored.take(reading(at * 60_000)).links)
              assert.ok(threshold >= 55 && threshold <= 100)
        },
      ),
      { numRuns: 200 },
    )
  })
})
