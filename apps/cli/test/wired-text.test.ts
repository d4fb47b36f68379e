import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WiredOutcome, WiredReport } from '@vagus/lab'
import { wiredText } from '../src/lab/run-wired.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const gaps = (p50: number, p95: number | null, max: number) => ({ count: 25, p50, p95, max })
const outcome = (lost: number, sudden: number, state: WiredOutcome['stream']['state']): WiredOutcome => ({
  moves: [],
  sent: 12_500,
  lost,
  kinds: {
    planned: { sent: 6250, lost: 0, gaps: gaps(12, 14, 21), streamGaps: gaps(12, 14, 21) },
    sudden: { sent: 6250, lost, gaps: gaps(sudden, null, sudden), streamGaps: gaps(sudden, null, sudden) },
  },
  stream: { state, sent: 12_500, arrived: state === 'whole' ? 12_500 : 140, broken: null },
})

const report: WiredReport = {
  provenance,
  substrate: 'frr-userns',
  loadavg: [1.5, 1, 1],
  routers: ['pe-1 FRRouting 8.4.4', 'pe-4 BIRD 2.0.12'],
  moves: { planned: 25, sudden: 25 },
  interval: 2500,
  address: 'fd00:77:0:5::1',
  halves: { vagus: outcome(400, 160, 'whole'), without: outcome(9000, 7000, 'late'), lan: outcome(60, 30, 'whole') },
  attachedAfter: [20, 60],
  routesLeft: 1,
  killed: { withdrawnAfter: 80, backAfter: 2900 },
}

test('a run is a table of three columns, with what is not known as such, and where it was measured below', () => {
  const text = wiredText(report, 100, noPaint)
  for (const line of text.split('\n')) assert.ok(line.length <= 100, line)
  assert.match(text, /^ +VAGUS +OTHER ADDRESS +ONE LAN/)
  assert.match(text, /planned \(25\): datagrams lost +0 +0 +0/)
  assert.match(text, /sudden \(25\): datagrams lost +400 +9,000 +60/)
  assert.match(text, /gap p95 +14 ms +14 ms +14 ms/)
  assert.match(text, /TCP stream +whole +140 of 12,500 +whole/)
  assert.match(text, /kill -9 .* gone after 80 ms, and back after 2\.90? s/)
  assert.match(text, /pe-4 BIRD 2\.0\.12 · commit c0ffee1/)
})

test('a kind of move that was not made has no rows', () => {
  assert.doesNotMatch(wiredText({ ...report, moves: { planned: 25, sudden: 0 } }, 100, noPaint), /sudden \(/)
})
