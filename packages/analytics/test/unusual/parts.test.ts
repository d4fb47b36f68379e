import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Distinct } from '../../src/distinct.ts'
import { Cusum } from '../../src/unusual/cusum.ts'
import { Season } from '../../src/unusual/season.ts'
import { Tail } from '../../src/unusual/tail.ts'
import { maxSeries, UnusualSeries } from '../../src/index.ts'
import { createRandom } from './random.ts'

describe('a tail', () => {
  const start = { level: 2, share: 0.03, mean: 0.8 }

  test('finds the score that comes once in 5,000 steps, of normal and of heavy tails', () => {
    for (const [name, draw, truth] of [
      ['normal', (one: ReturnType<typeof createRandom>) => one.normal(), 3.54],
      // Student's t with 4 degrees of freedom.
      [
        'heavy',
        (one: ReturnType<typeof createRandom>) =>
          one.normal() / Math.sqrt((one.normal() ** 2 + one.normal() ** 2 + one.normal() ** 2 + one.normal() ** 2) / 4),
        10.3,
      ],
    ] as const) {
      const random = createRandom(3)
      const tail = new Tail(start, 2000)
      for (let step = 0; step < 20_000; step++) tail.take(draw(random))
      const found = tail.quantile(1 / 5000)
      assert.ok(found > truth * 0.75 && found < truth * 1.6, `${name}: ${found} for ${truth}`)
    }
  })

  test('rises as the share falls, is never below its level, and stays finite whatever it is fed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 1e6, noNaN: true }), { maxLength: 300 }), (scores) => {
        const tail = new Tail(start, 500)
        for (const score of scores) tail.take(score)
        const limits = [0.5, 0.01, 1e-4, 1e-7].map((share) => tail.quantile(share))
        assert.ok(limits.every((limit, at) => Number.isFinite(limit) && limit >= (limits[at - 1] ?? start.level)))
        assert.deepEqual(new Tail(start, 500, tail.snapshot()).snapshot(), tail.snapshot())
      }),
    )
  })
})

test('a cumulative sum adds up what is little and goes on, and forgets what does not', () => {
  const cusum = new Cusum()
  for (let step = 0; step < 10; step++) assert.equal(cusum.take(1.5), 0)
  assert.ok(Math.abs(cusum.sum - 7.5) < 1e-9)
  assert.equal(cusum.steps, 10)
  let peak = 0
  while (peak === 0) peak = cusum.take(-2)
  assert.ok(Math.abs(peak - 7.5) < 1e-9)
  assert.equal(cusum.sum, 0)
})

test('a season knows a time of day after it was seen, and the difference of an hour of the week after the second', () => {
  const season = new Season()
  const hour = 3_600_000
  const value = (at: number): number => (Math.floor(at / hour) % 24) + (Math.floor(at / hour) % 168 === 30 ? 10 : 0)
  assert.ok(Number.isNaN(season.dayAt(0)))
  for (let at = 0; at < 10 * 7 * 24 * hour; at += hour / 4) season.learn(value(at + hour / 8), at, 1)
  assert.ok(Math.abs(season.dayAt(12.5 * hour) - 12) < 0.1)
  const odd = 30.5 * hour
  assert.ok(
    Math.abs(season.dayAt(odd) + season.weekAt(odd) - value(odd)) < 4,
    `${season.dayAt(odd)} ${season.weekAt(odd)}`,
  )
  assert.ok(season.weekAt(odd) > season.weekAt(odd + 24 * hour) + 5)
})

describe('a count of different keys', () => {
  const hashOf = (key: number): number => {
    let mixed = Math.imul(key ^ (key >>> 16), 0x45d9f3b)
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }

  test('is within 10 % from 1 to 200,000 keys, however often each comes', () => {
    for (const keys of [1, 10, 300, 2000, 3000, 30_000, 200_000]) {
      const distinct = new Distinct()
      for (let time = 0; time < 2; time++) for (let key = 1; key <= keys; key++) distinct.add(hashOf(key))
      assert.ok(Math.abs(distinct.count / keys - 1) < 0.1, `${distinct.count} for ${keys}`)
    }
  })

  test('of two merged is that of all their keys', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffffffff })),
        fc.array(fc.integer({ min: 0, max: 0xffffffff })),
        (one, other) => {
          const [a, b, both] = [new Distinct(), new Distinct(), new Distinct()]
          for (const hash of one) a.add(hash)
          for (const hash of other) b.add(hash)
          for (const hash of [...one, ...other]) both.add(hash)
          a.merge(b)
          assert.equal(a.count, both.count)
          a.clear()
          assert.equal(a.count, 0)
        },
      ),
    )
  })
})

describe('many series', () => {
  const reading = { value: 5, compare: 'ratio', least: 1, measured: '' } as const
  const many = (count: number) => new Map(Array.from({ length: count }, (_, at) => [`${at}`, reading]))

  test('are followed up to a limit, and what is beyond is counted', () => {
    const series = new UnusualSeries(96)
    series.step(many(maxSeries + 3), 0)
    assert.deepEqual(series.counts, { followed: maxSeries, learning: maxSeries, passedOver: 3 })
    series.step(new Map(), 60_000)
    assert.equal(series.counts.learning, maxSeries, 'one without a value learns no less')
  })

  test('are forgotten a day after they were read last', () => {
    const series = new UnusualSeries(4)
    series.step(many(2), 0)
    for (let step = 1; step <= 4; step++) series.step(many(1), step)
    assert.equal(series.counts.followed, 2)
    series.step(many(1), 5)
    assert.equal(series.counts.followed, 1)
  })

  test('begin anew with another pace', () => {
    const series = new UnusualSeries(96)
    series.step(many(2), 0)
    assert.equal(new UnusualSeries(96, series.snapshot()).counts.followed, 2)
    assert.equal(new UnusualSeries(288, series.snapshot()).counts.followed, 0)
  })
})
