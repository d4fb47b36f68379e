import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sumsOf, shadeOf } from '../../src/figures/matrix-sums.ts'
import { axisOf, drawnWindowOf, firstStepOf, sharesOf, stackedOf, stepTimes } from '../../src/figures/series.ts'
import { byPeak, peakOf, stepOf } from '../../src/figures/utilisation.ts'
import { trendOf } from '../../src/panels/ipv6-trend.ts'

test('the IPv6 share of a step without traffic is not known, rather than zero', () => {
  assert.deepEqual(sharesOf([3, 0, 0], [1, 0, 5]), [0.25, null, 1])
})

test('lines stand on top of each other where they are known', () => {
  assert.deepEqual(
    stackedOf([
      [1, null, 3],
      [2, null, 0],
      [4, null, 5],
    ]),
    [
      [1, null, 3],
      [3, null, 3],
      [7, null, 8],
    ],
  )
})

test('the steps of a series begin at its window', () => {
  assert.deepEqual(stepTimes('1970-01-01T00:01:00Z', 5, 3), [60, 65, 70])
})

test('a matrix has sums by row and column', () => {
  assert.deepEqual(
    sumsOf([
      [0, 2],
      [3, 4],
    ]),
    { rows: [2, 7], columns: [3, 6], peak: 4 },
  )
  assert.equal(sumsOf([]).peak, 0)
  assert.equal(shadeOf(0, 0), 0)
  assert.equal(shadeOf(1, 4), 0.5)
})

const load = (utilisation: number | null) => ({
  bitsPerSecond: null,
  utilisation,
  fromFlows: null,
  fromCounters: null,
  now: null,
  coverage: null,
})
const link = (name: string, there: number | null, back: number | null) => ({
  name,
  a: { node: 'a', interface: null },
  z: { node: 'z', interface: null },
  capacity: 1,
  state: 'up' as const,
  aToZ: load(there),
  zToA: load(back),
})

describe('utilisation', () => {
  test('has a step of colour that rises at each limit', () => {
    assert.deepEqual([0, 0.24, 0.25, 0.69, 0.7, 0.8, 0.9, 1.4].map(stepOf), [0, 0, 1, 3, 4, 5, 6, 6])
    assert.equal(stepOf(null), -1)
  })
  test('of a link is that of its fuller direction', () => {
    assert.equal(peakOf(link('x', 0.2, 0.7)), 0.7)
    assert.equal(peakOf(link('x', null, 0)), 0)
    assert.equal(peakOf(link('x', null, null)), null)
  })
  test('orders links, the unknown ones last and equal ones by name', () => {
    const links = [link('d', null, null), link('b', 0.5, 0.1), link('c', 0, 0.9), link('a', 0.1, 0.5)]
    assert.deepEqual(
      byPeak(links).map(({ name }) => name),
      ['c', 'a', 'b', 'd'],
    )
  })
})

describe('the trend of the IPv6 share', () => {
  const window = (seconds: number) => ({ from: '', to: '', seconds })
  test('of a short window is told by the minute, of a longer one by the hour', () => {
    const trend = { perDay: 0.48, low: 0.24, high: 0.72 }
    assert.equal(trendOf({ trend, window: window(3600) }).short, '+2.0 points/h')
    assert.equal(
      trendOf({ trend: { perDay: 14.4, low: 7.2, high: 28.8 }, window: window(300) }).short,
      '+1.0 points/min',
    )
  })
  test('of a long window is told by the day', () => {
    assert.equal(
      trendOf({ trend: { perDay: -0.02, low: -0.03, high: -0.01 }, window: window(86_400) }).short,
      '−2.0 points/day',
    )
  })
  test('is called steady when its interval holds zero', () => {
    assert.equal(trendOf({ trend: { perDay: 0.1, low: -0.1, high: 0.3 }, window: window(300) }).short, 'steady')
  })
  test('is not made up from too few points', () => {
    assert.equal(trendOf({ trend: null, window: window(300) }).short, 'no trend yet')
  })
})

describe('the first step that is drawn', () => {
  const unknown = (length: number): null[] => Array.from({ length }, () => null)
  test('is the first that any series knows', () => {
    assert.equal(firstStepOf(5, [...unknown(40), ...Array(20).fill(1)], [...unknown(38), ...Array(22).fill(1)]), 38)
  })
  test('leaves a minute at least, however little is known', () => {
    assert.equal(firstStepOf(5, [...unknown(59), 1]), 47)
    assert.equal(firstStepOf(720, [...unknown(119), 1]), 118)
  })
  test('is the first of all when everything or nothing is known', () => {
    assert.equal(firstStepOf(5, [0, null, 3, ...unknown(50)]), 0)
    assert.equal(firstStepOf(5, unknown(60)), 0)
  })
})

test('the window that is drawn begins with the first step that is', () => {
  const [from, to] = ['1970-01-01T00:00:00.000Z', '1970-01-01T00:10:00.000Z']
  const drawn = { from: '1970-01-01T00:02:00.000Z', to, seconds: 480 }
  assert.deepEqual(drawnWindowOf({ from, to, seconds: 600 }, 30, 4), drawn)
})

test('a time axis spans a minute at least, which ends at the last point', () => {
  assert.deepEqual(axisOf(1000, 1000), [940, 1000])
  assert.deepEqual(axisOf(980, 1000), [940, 1000])
  assert.deepEqual(axisOf(100, 1000), [100, 1000])
  assert.equal(axisOf(null, null), undefined)
})
