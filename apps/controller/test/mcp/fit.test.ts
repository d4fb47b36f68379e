import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Matrix, TrafficSeries } from '@vagus/api'
import fc from 'fast-check'
import { fitList, fitWhole, maxAnswerOctets, octetsOf } from '../../src/mcp/fit.ts'
import { fitMatrix } from '../../src/mcp/fit-matrix.ts'
import { fitSeries, fitTrafficSeries } from '../../src/mcp/fit-series.ts'

const window = { from: '2026-11-27T03:00:00Z', to: '2026-11-27T04:00:00Z', seconds: 3600 }
const device = (at: number, interfaces = 4) => ({
  name: `pe-${at}`,
  interfaces: Array.from({ length: interfaces }, (_, index) => ({ name: `eth${index}`, index })),
})
const devices = (count: number, interfaces?: number) => ({
  window,
  items: Array.from({ length: count }, (_, at) => device(at, interfaces)),
})
const rest = (shown: number): string => `then ${shown}`
const names = (answer: object): readonly string[] =>
  (answer as { readonly items: readonly { readonly name: string }[] }).items.map(({ name }) => name)

describe('a list', () => {
  test('that fits is left as it is', () => {
    assert.deepEqual(fitList(devices(9), 'items', { foremost: 'first', rest }), { answer: devices(9), cut: [] })
    assert.deepEqual(fitList(devices(0), 'items', { foremost: 'last', rest }), { answer: devices(0), cut: [] })
  })

  test('that is too long keeps its foremost items in their order, and says how many and how to get the rest', () => {
    const first = fitList(devices(1000), 'items', { foremost: 'first', rest })
    const shown = names(first.answer)
    assert.deepEqual([shown[0], shown.at(-1)], ['pe-0', `pe-${shown.length - 1}`])
    assert.deepEqual(first.cut, [`the first ${shown.length} of 1000 items; then ${shown.length}`])
    const last = fitList(devices(1000), 'items', { foremost: 'last', rest })
    assert.deepEqual([names(last.answer)[0], names(last.answer).at(-1)], [`pe-${1000 - shown.length}`, 'pe-999'])
  })

  test('of long items shows more items with shorter lists in them', () => {
    const { answer, cut } = fitList(devices(8, 300), 'items', { foremost: 'first', rest })
    assert.equal(names(answer).length, 8)
    assert.equal((answer as ReturnType<typeof devices>).items[0]!.interfaces.length, 64)
    assert.deepEqual(cut, ['lists within an item end after 64; fewer items have longer ones'])
  })

  test('never exceeds the limit, whatever is in it', () => {
    const items = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 200 })
    fc.assert(
      fc.property(items, fc.constantFrom('first' as const, 'last' as const), (list, foremost) => {
        const many = Array.from({ length: 10 }, () => list).flat()
        const { answer, cut } = fitList({ window, items: many }, 'items', { foremost, rest })
        assert.ok(octetsOf({ cut: cut.join('; '), ...answer }) <= maxAnswerOctets)
        assert.equal((answer['items'] as readonly unknown[]).length < many.length, cut[0]?.startsWith('the ') ?? false)
      }),
      { numRuns: 50 },
    )
  })
})

test('an answer without a list of its own gets shorter lists, or does not fit', () => {
  const moves = Array.from({ length: 500 }, (_, at) => ({ prefix: `10.${at}.0.0/16`, from: 'a', to: 'b' }))
  const { answer, cut } = fitWhole({ id: 'transit-1', moves, classes: moves })!
  assert.equal((answer['moves'] as readonly unknown[]).length, 64)
  assert.deepEqual(cut, ['its lists end after 64 entries'])
  const texts = Array.from({ length: 100 }, (_, at) => [`text ${at}`, 'x'.repeat(400)] as const)
  assert.equal(fitWhole(Object.fromEntries(texts)), undefined)
})

const sumOf = (row: readonly number[]): number => row.reduce((sum, rate) => sum + rate, 0)

function matrixOf(size: number): Matrix {
  const cells = Array.from({ length: size }, (_, at) => at)
  return {
    apiVersion: 'vagus/v1',
    kind: 'Matrix',
    window,
    between: 'sites',
    version: 'all',
    names: cells.map((at) => `site-${at}`),
    bitsPerSecond: cells.map((a) => cells.map((b) => (a === b ? 0 : 1e6 * (a % 7) + b))),
    ipv6Share: cells.map((a) => cells.map((b) => (a === b ? null : 0.5))),
    total: 7e9,
    unresolved: 5,
    coverage: 0.97,
  }
}

describe('a matrix', () => {
  test('that fits is left as it is', () => assert.deepEqual(fitMatrix(matrixOf(8)), { answer: matrixOf(8), cut: [] }))

  test('says of the names that are left which pairs are estimated', () => {
    const all = matrixOf(200)
    const cells = all.names.map((_, a) => all.names.map((__, b) => (a + b) % 3 === 0))
    const estimated = { cells, devices: ['pe-1'], share: 0.5, explained: null, error: null }
    const shown = fitMatrix({ ...all, estimated })!.answer as unknown as Matrix
    const places = shown.names.map((name) => all.names.indexOf(name))
    assert.ok(places.length > 10)
    assert.deepEqual(
      shown.estimated!.cells,
      places.map((a) => places.map((b) => cells[a]![b])),
    )
  })

  test('of many names has those with most traffic, in their order, and the totals of all', () => {
    const all = matrixOf(200)
    const { answer, cut } = fitMatrix(all)!
    const shown = answer as unknown as Matrix
    const size = shown.names.length
    assert.ok(size > 20 && octetsOf({ cut, ...answer }) <= maxAnswerOctets)
    assert.deepEqual([shown.total, shown.unresolved, shown.coverage], [7e9, 5, 0.97])
    const places = shown.names.map((name) => all.names.indexOf(name))
    assert.ok(places.every((place, at) => at === 0 || places[at - 1]! < place))
    const trafficOf = (at: number): number =>
      all.bitsPerSecond.reduce((sum, row) => sum + row[at]!, 0) + sumOf(all.bitsPerSecond[at]!)
    const traffic = all.names.map((_, at) => trafficOf(at)).sort((a, b) => b - a)
    assert.ok(places.every((place) => trafficOf(place) >= traffic[size - 1]!))
    for (const [i, a] of places.entries())
      for (const [j, b] of places.entries()) assert.equal(shown.bitsPerSecond[i]![j], all.bitsPerSecond[a]![b])
    assert.match(
      cut[0]!,
      new RegExp(`^the ${size} of 200 names with most traffic; network_top_flows by srcSite,dstSite`),
    )
  })
})

describe('figures over time', () => {
  test('of many steps become means of longer ones; unknown entries do not count', () => {
    const aToZ = Array.from({ length: 180 }, (_, at) => (at < 4 ? null : at))
    const { answer, cut } = fitSeries({ stepSeconds: 5, aToZ, zToA: aToZ.map(() => null) }, ['aToZ', 'zToA'])!
    assert.equal(answer['stepSeconds'], 15)
    const means = answer['aToZ'] as readonly (number | null)[]
    assert.deepEqual([means.length, ...means.slice(0, 4)], [60, null, 4.5, 7, 10])
    assert.deepEqual(new Set(answer['zToA'] as readonly null[]), new Set([null]))
    assert.match(cut[0]!, /^each entry is the mean of 3 steps of 5 s; ask for a shorter window/)
  })

  test('by many keys keep the largest; all others are in the rest, so that the sum stays', () => {
    const items = Array.from({ length: 100 }, (_, at) => ({
      key: `application ${at}`,
      bitsPerSecond: Array.from({ length: 60 }, () => 1_000_000 + at),
    }))
    const series: TrafficSeries = {
      apiVersion: 'vagus/v1',
      kind: 'TrafficSeries',
      window,
      stepSeconds: 60,
      by: 'application',
      items,
      rest: items[0]!.bitsPerSecond.map(() => 7),
      coverage: null,
    }
    const ratesOf = (one: Pick<TrafficSeries, 'items' | 'rest'>): number =>
      one.items.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond[9]!, one.rest[9]!)
    const { answer, cut } = fitTrafficSeries(series)!
    const shown = answer as unknown as TrafficSeries
    assert.ok(shown.items.length >= 20 && octetsOf({ cut, ...answer }) <= maxAnswerOctets)
    assert.equal(ratesOf(shown), ratesOf(series))
    assert.deepEqual(cut, [`the ${shown.items.length} largest of 100 keys; the others are in "rest"`])
    assert.deepEqual(fitTrafficSeries({ ...series, items: items.slice(0, 3) })!.cut, [])
  })
})
