import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Ipv6Share } from '@vagus/api'
import { ipv6ShareResource } from '../../src/resources/ipv6-share.ts'

const second = 1000
const hour = 3600 * second
const day = 24 * hour
const midnight = Date.UTC(2026, 5, 30)

interface Series {
  readonly from: number
  readonly to: number
  readonly step: number
}

/**
 * Of `wanted` milliseconds, by a controller that was begun `age` ago. 8 kbit/s flow, half of them IPv6, and all of them
 * in the hour that runs.
 */
async function answer(now: number, wanted: number, age: number): Promise<Ipv6Share> {
  const since = now - age
  const hourBegins = Math.floor(now / hour) * hour
  // records are ten seconds on their way
  const secondsIn = (from: number, to: number): number =>
    Math.max(0, Math.min(to, now - 10 * second) - Math.max(from, since)) / second
  const view = {
    since,
    now: () => now,
    collector: { ask: () => Promise.resolve({ window: { from: now - 1, to: now }, points: [], items: [], blind: [] }) },
    coverageHistory: { share: () => null },
    store: {
      stats: async () => ({ completeTo: now }),
      series: async ({ from, to, step }: Series) => ({
        from,
        to,
        step,
        completeFrom: 0,
        rest: { octets: Array.from({ length: (to - from) / step }, () => 0) },
        lines: [4, 6].map((key) => ({
          key,
          octets: Array.from({ length: (to - from) / step }, (_, index) => {
            const begin = from + index * step
            const before = secondsIn(begin, Math.min(begin + step, hourBegins))
            const running = secondsIn(Math.max(begin, hourBegins), begin + step)
            return before * 500 + (key === 6 ? running * 1000 : 0)
          }),
        })),
      }),
    },
  }
  return ipv6ShareResource(view as unknown as Parameters<typeof ipv6ShareResource>[0], wanted)
}

describe('the share of IPv6 over days', () => {
  test('has the hours of a week, and of the hour that runs what is known of it', async () => {
    const now = midnight + 12.75 * hour
    const found = await answer(now, 7 * day, 30 * day)
    assert.equal(found.stepSeconds, 3600)
    assert.equal(found.ipv6.length, 7 * 24 + 1)
    assert.deepEqual([found.ipv4.at(-1), found.ipv6.at(-1)], [0, 8000], 'the rate of the part that is known')
    assert.deepEqual([found.ipv4.at(-2), found.ipv6.at(-2)], [4000, 4000])
    assert.equal(Date.parse(found.window.to), now - 10 * second)
    // by volume: the hour that runs counts as much as is known of it
    const running = 0.75 - 10 / 3600
    assert.ok(Math.abs(found.share! - (0.5 + (0.5 * running) / (7 * 24 + running))) < 1e-9)
  })
  test('waits for half of a step, so that a moment does not stand for it', async () => {
    const found = await answer(midnight + 12.25 * hour, 7 * day, 30 * day)
    assert.equal(found.ipv6.at(-1), 4000)
    assert.equal(Date.parse(found.window.to), midnight + 12 * hour)
  })
  test('is what flowed also in the step in which the controller was begun', async () => {
    const found = await answer(midnight + 12 * hour + 10 * second, day, 6.1 * hour)
    for (const rate of [...found.ipv4, ...found.ipv6]) assert.equal(rate, 4000)
  })
})
