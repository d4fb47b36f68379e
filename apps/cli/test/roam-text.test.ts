import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { RoamReport } from '@vagus/lab'
import { incidentLine, roamText } from '../src/lab/run-roam.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const report: RoamReport = {
  provenance,
  seed: 1,
  substrate: 'frr-userns',
  moves: 50,
  how: 'mixed',
  kill: 'none',
  interval: 20,
  sent: 10_234,
  loadavg: [6.17, 13.57, 16.75],
  incidents: [],
  reader: { stall: 2000, retryAfter: 200 },
  halves: {
    vagus: {
      lost: 0,
      inSnapshots: 0,
      duplicated: 0,
      broken: 0,
      gaps: {
        planned: { count: 25, p50: 31.2, p95: 38.4, max: 42.1 },
        sudden: { count: 25, p50: 140.9, p95: 210.3, max: 231.7 },
        killed: null,
      },
      gapOfEach: [],
      gapWithout: { count: 50, p50: 22.1, p95: 24.9, max: 25.3 },
    },
    https: {
      lost: 5311,
      inSnapshots: 5300,
      duplicated: 2,
      broken: 50,
      gaps: {
        planned: { count: 25, p50: 2419.6, p95: 2493.8, max: 2612.1 },
        sudden: { count: 25, p50: 2371.3, p95: 2395.7, max: 2401.9 },
        killed: null,
      },
      gapOfEach: [],
      gapWithout: { count: 8, p50: 23, p95: null, max: 36.1 },
    },
  },
}

test('what a moving agent lost is shown with how it was measured, and fits', () => {
  for (const columns of [80, 100]) {
    const drawn = roamText(report, columns, noPaint)
    assert.equal(`${drawn}\n`, readFileSync(new URL(`golden/roam-${columns}.txt`, import.meta.url), 'utf8'))
    for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
  }
})

test('a run of a checkout with changes says so', () => {
  const provenance = { ...report.provenance, dirty: true }
  assert.match(roamText({ ...report, provenance }, 500, noPaint), / · commit c0ffee1 with changes · /)
})

test('moves that began late are counted in a line of their own, those by a quarter of a second are not', () => {
  const began = (late: number) => ({ what: 'planned' as const, planned: 5000, began: 5000 + late, late, done: 9000 })
  const textOf = (incidents: RoamReport['incidents']): string => roamText({ ...report, incidents }, 100, noPaint)
  const line = '2 of 3 moves began later than planned, by up to 11 s: load average 6.2'
  assert.ok(
    textOf([began(100), began(251), began(11_231)])
      .split('\n')
      .includes(line),
  )
  assert.equal(textOf([began(250)]), textOf([]))
})

test('the reader over HTTPS owes its gaps to a timer, and is told of no move: both are named below', () => {
  assert.match(
    roamText(report, 500, noPaint),
    / · they give up a stream that is silent for 2 s and ask again 200 ms later · /,
  )
  const told = / · of a planned move only the side-car is told · /
  assert.match(roamText(report, 500, noPaint), told)
  assert.doesNotMatch(roamText({ ...report, how: 'sudden' }, 500, noPaint), told)
})

test('what was made so far is counted as what it is', () => {
  assert.equal(incidentLine(3, 10, 'none', { person: true }), '\r   3 of 10 moves')
  assert.equal(incidentLine(10, 10, 'side-cars', { person: true }), '\r   10 of 10 moves and kills\n')
  assert.equal(incidentLine(3, 10, 'side-cars', { person: false }), '')
  assert.equal(incidentLine(10, 10, 'side-cars', { person: false }), '10 moves and kills\n')
})
