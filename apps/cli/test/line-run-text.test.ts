import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { LineReport } from '@vagus/lab'
import { lineRunText } from '../src/lab/run-line.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const roundTrips = { sent: 1000, lost: 0, p50: 0.078, p99: 0.149, worst: 0.313, gap: 20.464 }

const report: LineReport = {
  provenance,
  substrate: 'frr-userns',
  loadavg: [2.17, 1.57, 1.75],
  capacity: 100e6,
  crossLoad: 150e6,
  stretches: {
    idle: { roundTrips, goodput: 95.7e6 },
    loaded: { roundTrips: { ...roundTrips, lost: 12, p50: 54.01, p99: 54.87 }, goodput: 5.77e6 },
    line: { roundTrips: { ...roundTrips, p99: 0.431 }, goodput: 38.1e6 },
  },
  order: {
    by: 'planner',
    bitsPerSecond: 40e6,
    onTheWire: 42.6e6,
    path: 'pe-1 – p-2 – pe-2',
    command: 1830,
    setUp: 311.4,
  },
  planned: { from: 'pe-1 – p-2 – pe-2', to: 'pe-1 – p-1 – pe-2', after: 1402, roundTrips },
  protectedCut: {
    link: 'pe-1-p-2',
    from: 'pe-1 – p-2 – pe-2',
    to: 'pe-1 – p-1 – pe-2',
    after: 2210,
    roundTrips: { ...roundTrips, lost: 11, gap: 121.3 },
  },
  cut: {
    link: 'pe-1-p-2',
    from: 'pe-1 – p-2 – pe-2',
    to: 'pe-1 – p-1 – pe-2',
    after: 2210,
    roundTrips: { ...roundTrips, lost: 31, gap: 320.1, worst: 57.2 },
  },
  refusal: {
    bitsPerSecond: 100e6,
    exit: 4,
    because: 'no path has 106.5 Mbit/s left for lines',
    alternative: '84.5 Mbit/s in this time',
  },
  spoof: { sent: 40, answered: 0, dropped: 40 },
  dead: { controller: roundTrips, device: { ...roundTrips, lost: 1 } },
  release: { command: 901, left: [] },
}

for (const columns of [80, 100])
  test(`a run reads as the golden text at ${columns} columns, and fits`, () => {
    const drawn = lineRunText(report, columns, noPaint)
    for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
    const golden = readFileSync(new URL(`golden/line-run-${columns}.txt`, import.meta.url), 'utf8')
    assert.equal(`${drawn}\n`, golden)
  })

test('what is left on a router is named', () => {
  const left = ['pe-1: + qdisc htb dev eth1 root']
  const drawn = lineRunText({ ...report, release: { command: 901, left } }, 100, noPaint)
  assert.match(drawn, /1 difference to before:\n {2}pe-1: \+ qdisc htb dev eth1 root$/m)
})
