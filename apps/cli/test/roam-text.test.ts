import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { RoamReport } from '@vagus/lab'
import { roamText } from '../src/lab/run-roam.ts'
import { noPaint } from '../src/paint.ts'

const report: RoamReport = {
  commit: 'c0ffee1',
  seed: 1,
  kernel: '6.18.44',
  substrate: 'frr-userns',
  moves: 50,
  how: 'mixed',
  interval: 20,
  sent: 10_234,
  https: {
    lost: 5311,
    inSnapshots: 5300,
    duplicated: 2,
    broken: 50,
    gaps: {
      planned: { moves: 25, p50: 2419.6, p95: 2493.8, max: 2612.1 },
      sudden: { moves: 25, p50: 2371.3, p95: 2395.7, max: 2401.9 },
    },
    gapWithout: 36.1,
  },
}

test('what a moving agent lost is shown with how it was measured, and fits', () => {
  for (const columns of [80, 100]) {
    const drawn = roamText(report, columns, noPaint)
    assert.equal(`${drawn}\n`, readFileSync(new URL(`golden/roam-${columns}.txt`, import.meta.url), 'utf8'))
    for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
  }
})
