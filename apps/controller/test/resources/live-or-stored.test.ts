import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StoreError } from '@vagus/store'
import type { View } from '../../src/domain/view.ts'
import { ipv6ShareResource } from '../../src/resources/ipv6-share.ts'
import { matrixOf } from '../../src/resources/matrix.ts'
import { topOf } from '../../src/resources/top.ts'

const second = 1000
const now = 1_800_000_000_000
const five = 300 * second

/** Windows, in seconds, of the answers over five minutes. Of 8 kb/s the store has all, and the live window `live` seconds. */
async function answered(live: number, age: number, store: object = {}): Promise<readonly number[]> {
  const to = now - 10 * second
  const window = { from: to - live * second, to, seconds: live }
  const total = { octets: live * 1000, packets: live, flows: live, bitsPerSecond: 8000 }
  const rates = new Float64Array([8000])
  const view = {
    now: () => now,
    since: now - age * second,
    config: { devices: [], sites: [{ name: 'office' }] },
    domain: { devices: [], sites: [{ name: 'office' }], applications: [] },
    measurements: { counters: new Map() },
    coverageHistory: { share: () => null },
    collector: {
      ask: () =>
        Promise.resolve({
          window,
          total,
          items: [],
          method: 'exact',
          points: [],
          blind: [],
          nodes: 1,
          ipv4: rates,
          ipv6: rates,
          ipv4BitsPerSecond: 8000,
          ipv6BitsPerSecond: 8000,
          bitsPerSecond: 16_000,
        }),
    },
    store: {
      stats: async () => ({ completeTo: now }),
      top: async (query: object) => ({ ...query, items: [], total }),
      matrix: async (query: object) => ({ ...query, cells: [] }),
      series: async (query: object) => ({ ...query, lines: [], rest: { octets: [], packets: [] }, completeFrom: 0 }),
      ...store,
    },
  } as unknown as View
  const asked = { milliseconds: five, to: undefined }
  const top = topOf(view, { by: ['src'], n: 5, filter: [], window: asked })
  const answers = [await top, await matrixOf(view, 'sites', 'all', asked), await ipv6ShareResource(view, five)]
  return answers.map((answer) => answer.window.seconds)
}

describe('five minutes', () => {
  test('are answered live when the live window has them, or all there is', async () => {
    assert.deepEqual(await answered(300, 9000, { stats: () => assert.fail('the store was asked') }), [300, 300, 300])
    assert.deepEqual(await answered(60, 73, { stats: () => assert.fail('the store was asked') }), [60, 60, 60])
  })
  test('are answered from the store when the live window has begun anew', async () => {
    assert.deepEqual(await answered(5, 9000), [300, 300, 300])
  })
  test('are less while there is no store to ask', async () => {
    const fails = async (): Promise<never> => {
      throw new StoreError('failed', 'its thread has ended')
    }
    assert.deepEqual(await answered(5, 9000, { stats: fails, series: fails }), [5, 5, 5])
  })
})
