import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { View } from '../../src/domain/view.ts'
import { storedCoverage } from '../../src/resources/coverage.ts'

test('the coverage of a window that ends as late as records come is that of the live window', async () => {
  let asked: unknown
  const view = {
    now: () => 500_000,
    since: 0,
    report: { recordLag: { ms: 65_000, late: [] } },
    config: { devices: [] },
    coverageHistory: { share: () => 0.25 },
    measurements: {},
    collector: {
      ask: async (query: unknown) => {
        asked = query
        return { items: [], window: { from: 375_000, to: 435_000, seconds: 60 } }
      },
    },
  } as unknown as View
  assert.equal(await storedCoverage(view, 300_000, 420_000), 0.25)
  assert.equal(asked, undefined)
  assert.equal(await storedCoverage(view, 375_000, 435_000), null)
  assert.deepEqual(asked, { kind: 'loads', seconds: 60 })
})
