import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DayReport, type Figure, type IntruderReport, valuesText } from '@vagus/lab'
import { dayText } from '../src/lab/run-day.ts'
import { intruderText } from '../src/lab/run-intruder.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const values = (...all: readonly number[]): NonNullable<Figure['ours']> => {
  const sorted = all.toSorted((one, other) => one - other)
  return { all, median: sorted[all.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)! }
}

const report: DayReport = {
  provenance,
  substrate: 'frr-userns',
  loadavg: [2.17, 1.57, 1.75],
  settings: { repeat: 3, seed: 7, steerSeconds: 15, roamMoves: 8, lineSeconds: 4 },
  seconds: 312,
  figures: [
    {
      part: 'A stream',
      what: 'events lost',
      unit: 'count',
      ours: values(0, 0, 0),
      beside: { what: 'over HTTPS', values: values(955, 1001, 960) },
      aim: { text: '0', met: true },
    },
    {
      part: 'A stream',
      what: 'gap',
      unit: 'time',
      ours: values(156, 310, 161),
      beside: null,
      aim: { text: 'at most 300 ms', met: false },
    },
    { part: 'A line', what: 'gap', unit: 'time', ours: null, beside: null, aim: { text: '0', met: null } },
  ],
  failures: [{ run: 2, part: 'line', problem: 'no line is possible\u001B[2J' }],
  runs: [],
}

describe('a day', () => {
  test('reads as one table of all parts, with medians, ranges and aims, and says what failed', () => {
    assert.equal(
      dayText(report, valuesText, 100, noPaint),
      `FIGURE                       VAGUS  BESIDE IT                    AIM
A stream
  events lost                    0  960 (955–1,001), over HTTPS  ✓ 0
  gap          161 ms (156–310 ms)                               ✗ at most 300 ms
A line
  gap                            –                               0

1 of 3 aims met
private line, run 2, failed: no line is possible?[2J

medians of 3 runs, with their range · an aim is met when every run met it · seeds 7–9 · took 5 min
12 s · commit c0ffee1 · Linux 6.18.44 · frr-userns · load average 2.2 on 2 processors`,
    )
  })

  test('fits a terminal of 80 columns', () => {
    for (const line of dayText(report, valuesText, 80, noPaint).split('\n'))
      assert.ok(Array.from(line).length <= 80, line)
  })
})

describe('an intruder', () => {
  const attempts: IntruderReport['attempts'] = [
    { what: 'ports of agents and routers', times: 983_025, outcome: '0 answer', gotIn: 0 },
    {
      what: 'calls of a member without the role',
      times: 5,
      outcome: 'HTTP 200, no problem: it was answered although no policy permits guest to call writer over a2a',
      gotIn: 5,
    },
  ]
  const intruder = {
    provenance,
    substrate: 'frr-userns',
    loadavg: [2.17],
    attempts,
    gotIn: 5,
    stream: { parts: 3806, lost: 0, repeated: 0, longestGap: 209 },
  } as unknown as IntruderReport // the text needs no more

  test('is told with what was tried how often, what came of it, and a mark where something got in', () => {
    const text = intruderText(intruder, 70, noPaint)
    assert.ok(
      text.startsWith(` ✓ 983,025 × ports of agents and routers
     0 answer
 ✗ 5 × calls of a member without the role
     HTTP 200, no problem: it was answered although no policy permits
     guest to call writer over a2a

5 attempts got in
meanwhile a member read a stream: 3,806 parts, 0 lost, 0 twice,
longest gap 209 ms
`),
      text,
    )
    for (const line of text.split('\n')) assert.ok(Array.from(line).length <= 70, line)
  })

  test('that got nothing is told in so many words', () => {
    const nothing = { ...intruder, gotIn: 0, attempts: attempts.slice(0, 1) }
    assert.match(intruderText(nothing, 100, noPaint), /\n\nnothing got in\n/)
  })
})
