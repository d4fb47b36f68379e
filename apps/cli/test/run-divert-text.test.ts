import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DivertReport, DivertRun } from '@vagus/lab'
import { divertText } from '../src/lab/run-divert.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const run: DivertRun = {
  tasks: 28,
  inTime: 27,
  p50: 13_512,
  p95: 33_811,
  lost: 0,
  twice: 0,
  doneAt: { east: 17, north: 11, west: 10 },
  divertedInCalm: 0,
  octetsTo: { north: 3.14e6, west: 1.2e6 },
  asked: { rounds: 28, messages: 65, p50: 102, p95: 1357 },
  lines: { ordered: 10, released: 10 },
  octetsOverLink: 17.3e6,
  others: { sent: 1000, lost: 33, p50: 75.1, p99: 178.9, worst: 313, gap: 20.5 },
}
const report: DivertReport = {
  provenance,
  substrate: 'frr-userns',
  loadavg: [4.8, 5, 5],
  seed: 1,
  busy: 20_000,
  capacity: 4e6,
  background: 4.19e6,
  filled: { stay: run, idlest: run, aware: run, line: run },
  quiet: { idlest: run, aware: run },
  killed: run,
}

test('seven runs of divert stand side by side in 100 columns, and the foot says what their heads mean', () => {
  const text = divertText(report, 100, noPaint)
  const lines = text.split('\n')
  for (const line of lines) assert.ok(line.length <= 100, `${line.length}: ${line}`)
  assert.match(lines[0]!, /^ +STAY +IDLEST +AWARE +LINE +KILLED +IDLEST \* +AWARE \*$/)
  assert.match(text, /^tasks in time( +27 of 28){7}$/m)
  assert.match(text.replaceAll('\n', ' '), /others send 4\.19 Mb\/s over that to north · \*: without them/)
})
