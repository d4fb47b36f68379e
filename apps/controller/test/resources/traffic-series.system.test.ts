import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type TrafficSeries, trafficSeriesSchema } from '@vagus/api'
import { sumOfSeries } from '@vagus/api/series'
import { type FlowStore, openFlowLog, openFlowStore, type SeriesResult } from '@vagus/store'
import { blockOf } from '../../../../packages/store/test/blocks.ts'
import type { View } from '../../src/domain/view.ts'
import { parseFilter } from '../../src/http/filter.ts'
import type { SeriesRequest } from '../../src/http/backend.ts'
import { trafficSeriesOf } from '../../src/resources/traffic-series.ts'

const minute = 60_000
const hour = 60 * minute
const day = 86_400
const now = Math.floor(Date.now() / hour) * hour - 20 * minute
/** Of each minute in the two hours before `now`. */
const rowsPerMinute = 12

const names = (...list: readonly string[]): { name: string }[] => list.map((name) => ({ name }))

function viewOf(store: Partial<FlowStore>, since: number): View {
  return {
    since,
    now: () => now,
    store: { stats: async () => ({ completeTo: now }), ...store },
    coverageHistory: { share: () => 0.98 },
    domain: {
      sites: names('office', 'factory', 'dc-east', 'dc-west', 'field'),
      devices: names('pe-1', 'pe-2', 'pe-3'),
      applications: names('web', 'dns', 'agents'),
    },
    collector: { ask: async () => ({ window: { from: now - 1, to: now }, items: [] }) },
    config: { devices: [] },
    measurements: { counters: [] },
  } as unknown as View
}

const last = (milliseconds: number): SeriesRequest['window'] => ({ milliseconds, to: undefined })
const asked = { by: 'application', n: 2, window: last(hour), filter: [] } as const satisfies SeriesRequest

/** Octets of all lines together. */
const octetsOf = ({ items, rest, stepSeconds }: TrafficSeries): number =>
  sumOfSeries([...items.map(({ bitsPerSecond }) => bitsPerSecond), rest]).reduce<number>(
    (sum, rate) => sum + ((rate ?? 0) * stepSeconds) / 8,
    0,
  )

describe('traffic over time, from a store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-test-'))
  let store: FlowStore
  before(async () => {
    const log = openFlowLog({ folder }, now)
    let block: number | undefined
    for (let at = 1; at <= 120; at++)
      block = log.append(blockOf({ rows: rowsPerMinute, end: now - at * minute + 5000 }), now)
    log.close(now)
    const retention = { raw: day, minute: 7 * day, fiveMinutes: 90 * day, hour: 1825 * day }
    store = await openFlowStore({ folder, retention, maxOctets: 1e10, memoryOctets: 512 * 2 ** 20 })
    await store.loaded(block!)
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const answer = async (request: Partial<SeriesRequest>, since = now - day * 1000): Promise<TrafficSeries> => {
    const view = viewOf({ series: (...query) => store.series(...query) }, since)
    return trafficSeriesSchema.parse(await trafficSeriesOf(view, { ...asked, ...request }))
  }
  /** Of the records that a window of an hour has. */
  const perHour = 60 * ((rowsPerMinute * (rowsPerMinute + 1)) / 2)

  test('has the largest keys one by one, the others together, and all of the traffic', async () => {
    const window = { milliseconds: hour, to: now - 10 * minute }
    const found = await answer({ window })
    assert.equal(found.stepSeconds, 60)
    assert.deepEqual(
      found.items.map(({ key }) => key),
      ['agents', 'dns'],
      'rows 4, 8 and 12, of unknown applications, are fewer octets than these',
    )
    for (const { bitsPerSecond } of found.items) assert.equal(bitsPerSecond.length, found.rest.length)
    assert.ok(found.rest.some((rate) => rate !== null && rate > 0))
    assert.equal(Math.round(octetsOf(found)), perHour)
    assert.equal(Math.round(octetsOf(await answer({ window, n: 8 }))), perHour)
    assert.deepEqual([found.coverage, Date.parse(found.window.to)], [0.98, window.to])
  })
  test('is filtered by what rollups keep apart, and by nothing else', async () => {
    const sites = await answer({ by: 'srcSite', n: 8, filter: parseFilter('version=6,srcSite!=office') })
    assert.deepEqual(sites.items.map(({ key }) => key).sort(), ['dc-east', 'dc-west', 'factory'])
    assert.ok(sites.rest.every((rate) => rate === 0))
    await assert.rejects(answer({ filter: parseFilter('src=10.0.0.0/8') }), (error: Error) => {
      assert.equal((error as Error & { problem: { status: number } }).problem.status, 400)
      assert.match(error.message, /by application, srcSite, dstSite, ingress, egress, version only, got src$/)
      return true
    })
  })
  test('has finer steps than rollups of a few minutes only: single records are many', async () => {
    const stepOf = async (milliseconds: number): Promise<number> =>
      (await answer({ window: last(milliseconds) }, now - 30 * day * 1000)).stepSeconds
    assert.deepEqual(
      await Promise.all([5, 10, 15, 170, 7 * 24 * 60].map((each) => stepOf(each * minute))),
      [10, 10, 60, 300, 3600],
    )
  })
  test('of a window in the past has steps of a width that people know', async () => {
    const found = await answer({ window: { milliseconds: hour, to: now - hour } })
    assert.deepEqual(
      [found.window.from, found.window.to, found.rest.length],
      [new Date(now - 2 * hour).toISOString(), new Date(now - hour).toISOString(), 60],
    )
    assert.equal(Math.round(octetsOf(found)), perHour)
  })
  test('knows what records tell of the time before the state began, and nothing where there are none', async () => {
    const window = { milliseconds: 3 * hour, to: now - 10 * minute }
    const found = await answer({ by: 'version', window }, now - hour)
    const sum = sumOfSeries([...found.items.map(({ bitsPerSecond }) => bitsPerSecond), found.rest])
    assert.equal(sum[0], null)
    assert.ok(sum.some((rate, step) => rate !== null && rate > 0 && step < sum.length / 2))
    assert.equal(Math.round(octetsOf(found)), (110 / 60) * perHour)
  })
})

test('of traffic that was removed for its age, and of what is to come, nothing is known, which is not zero', async () => {
  const step = 6 * hour
  const series = async (query: { readonly from: number; readonly to: number }): Promise<SeriesResult> => {
    // finer steps were removed: the answer ends in the future
    const [from, to] = [Math.floor(query.from / step) * step, Math.ceil(query.to / step) * step + step]
    const zeros = Array.from({ length: (to - from) / step }, () => 0)
    const volumes = { octets: zeros, packets: zeros }
    return { from, to, step, tier: 'hour', lines: [], rest: volumes, completeFrom: from + 2 * step }
  }
  const found = await trafficSeriesOf(viewOf({ series }, 0), {
    ...asked,
    window: last(2 * day * 1000),
  })
  assert.deepEqual([found.rest.slice(0, 3), found.rest.at(-1)], [[null, null, 0], null])
  assert.equal(Date.parse(found.window.to), now - 10_000)
})

test('ends where the store is complete, and says why it has nothing where that is before all of it', async () => {
  let queried: { readonly from: number; readonly to: number } | undefined
  const series = async (query: { readonly from: number; readonly to: number; readonly step: number }) => {
    queried = query
    const zeros = Array.from({ length: (query.to - query.from) / query.step }, () => 0)
    return { ...query, lines: [], rest: { octets: zeros, packets: zeros }, completeFrom: 0 }
  }
  const behind = (milliseconds: number): View =>
    viewOf(
      { series, stats: async () => ({ completeTo: now - milliseconds }) } as unknown as Partial<FlowStore>,
      now - hour,
    )
  await trafficSeriesOf(behind(20 * minute), asked)
  assert.equal(queried?.to, now - 20 * minute, 'the step that runs, most of which is known')
  const window = { milliseconds: minute, to: now }
  await assert.rejects(trafficSeriesOf(behind(20 * minute), { ...asked, window }), {
    name: 'StoreError',
    message: /^the store is 1200 s behind/,
  })
})
