import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LinkLoad } from '@vagus/api'
import { LoadHistory } from '../../src/domain/load-history.ts'
import { linkLoadOf } from '../../src/resources/link-load.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
/** Not at the end of any step. */
const now = Date.UTC(2026, 5, 30, 12, 7, 40)
/** Octets that the interface sends in a second, from the beginning on; half as much comes in. */
const octetsASecond = 1000

interface Series {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** A controller that was begun `age` ago, without counters or with those of the last `counted` milliseconds. */
async function answer(wanted: number, age: number, counted = 0, exporters = [1]): Promise<LinkLoad> {
  const since = now - age
  const history = new LoadHistory()
  for (let at = now - counted; at < now; at += 5 * second) history.add('x', { aToZ: 8000, zToA: 4000 }, at)
  const linesOf = ({ from, to, step }: Series) =>
    (['out', 'in'] as const).map((direction) => ({
      direction,
      octets: Array.from({ length: (to - from) / step }, (_, index) => {
        const begin = Math.max(from + index * step, since)
        // records are ten seconds on their way
        const end = Math.min(from + (index + 1) * step, now - 10 * second)
        return (Math.max(0, end - begin) / second) * octetsASecond * (direction === 'out' ? 1 : 0.5)
      }),
    }))
  const view = {
    since,
    now: () => now,
    config: { links: [{ name: 'x', capacity: 1e6 }] },
    measurements: { history },
    directory: { endsOf: () => [{ address: '10.0.0.1', ifIndex: 1, direction: 'a-to-z' }] },
    exportersAt: () => exporters,
    store: {
      interfaceSeries: async (query: Series) => {
        const from = Math.floor(query.from / query.step) * query.step
        const to = Math.ceil(query.to / query.step) * query.step
        return { from, to, step: query.step, lines: linesOf({ from, to, step: query.step }) }
      },
    },
  }
  return (await linkLoadOf(view as unknown as Parameters<typeof linkLoadOf>[0], 'x', wanted))!
}

const known = (series: readonly (number | null)[]): number[] => series.filter((rate) => rate !== null)

describe('the load of a link by flows', () => {
  for (const [wanted, age] of [
    [day, 3 * hour],
    [7 * day, 12 * minute],
    [7 * day, 30 * hour],
    [7 * day, 30 * day],
    [day, 30 * day],
  ] as const)
    test(`is what flowed, in ${wanted / hour} h of which ${age / minute} min are known`, async () => {
      const load = await answer(wanted, age)
      assert.equal(load.source, 'flows')
      for (const rate of known(load.aToZ)) assert.ok(Math.abs(rate - 8000) < 1, String(rate))
      for (const rate of known(load.zToA)) assert.ok(Math.abs(rate - 4000) < 1, String(rate))
      assert.ok(known(load.aToZ).length > 20)
      // nothing of what is known is kept back for longer than half a step
      const end = Date.parse(load.window.from) + load.aToZ.length * load.stepSeconds * second
      assert.ok(now - 10 * second - end <= Math.max(minute, (load.stepSeconds * second) / 2))
      assert.ok(Date.parse(load.window.to) <= now)
    })

  test('has steps as fine as what is known allows', async () => {
    assert.equal((await answer(7 * day, 12 * minute)).stepSeconds, 10)
    assert.equal((await answer(7 * day, 30 * day)).stepSeconds, 1680)
  })
})

test('a long window of a young state is told by counters, for the part that they cover', async () => {
  const load = await answer(7 * day, 12 * minute, 12 * minute)
  assert.deepEqual([load.source, load.stepSeconds, load.window.seconds], ['counters', 5, 720])
  assert.ok(known(load.aToZ).length > 140)
})

test('what counters know less than half of is told by flows, unless those know nothing or the state is young', async () => {
  assert.equal((await answer(15 * minute, 3 * hour, 8 * minute)).source, 'counters')
  assert.equal((await answer(15 * minute, 3 * hour, 7 * minute)).source, 'flows')
  assert.equal((await answer(15 * minute, 20 * second, 8 * second)).source, 'counters')
  const { source, aToZ } = await answer(15 * minute, 3 * hour, minute, [])
  assert.deepEqual([source, known(aToZ).length > 10], ['counters', true])
})

test('a longer one than counters are kept for is told by flows, and there is no load of an unknown link', async () => {
  assert.equal((await answer(day, 3 * hour, hour)).source, 'flows')
  const view = { config: { links: [] } } as unknown as Parameters<typeof linkLoadOf>[0]
  assert.equal(await linkLoadOf(view, 'x', day), undefined)
})
