import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { leastForInterval, type RepeatReport, valueText } from '@vagus/lab'
import { exitCode } from '../src/exit-code.ts'
import { Failure } from '../src/failure.ts'
import { recordOf } from '../src/lab/lab-options.ts'
import { repeatText } from '../src/lab/run-repeated.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const report: RepeatReport = {
  scenario: 'roam',
  provenance,
  times: 7,
  failed: 1,
  broken: 1,
  figures: [
    {
      what: 'events lost',
      unit: 'count',
      values: { count: 6, median: 0, least: 0, most: 6, interval: [0, 6], all: [0, 0, 6, 0, 0, 0] },
    },
    {
      what: 'gap in a planned move, median',
      unit: 'time',
      values: { count: 3, median: 84, least: 60, most: 1111, interval: null, all: [84, 60, 1111] },
    },
    { what: 'gap in a sudden move, the longest', unit: 'time', values: null },
  ],
  runs: Array.from({ length: 7 }, (_, at) => ({
    run: at + 1,
    seed: 7 + at,
    seconds: 31,
    problem: at === 3 ? 'the readers did not get to the end' : null,
    kept: at === 3 ? null : at !== 2,
    report: null,
  })),
}
const textOf = (one: RepeatReport): string => repeatText(one, { valueText, leastForInterval }, 100, noPaint)

describe('the figures of repeated runs', () => {
  test('have a median, an interval and a range, and say of how many runs they are', () => {
    const lines = textOf(report)
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, ' | '))
    assert.deepEqual(lines.slice(0, 4), [
      'FIGURE | RUNS | MEDIAN | 95 % INTERVAL | MIN | MAX',
      'events lost | 6 | 0 | 0 – 6 | 0 | 6',
      'gap in a planned move, median | 3 | 84 ms | – | 60 ms | 1.11 s',
      'gap in a sudden move, the longest | 0 | – | – | – | –',
    ])
  })

  test('do not hide a run that failed', () => {
    const text = textOf(report)
    assert.match(
      text,
      /1 of 7 runs failed, and have no figures above\n(.*\n)?run 4 \(seed 10\) failed: the readers did not get/,
    )
    const runs = report.runs.map((run) => ({ ...run, problem: null, kept: true }))
    const whole = textOf({ ...report, failed: 0, broken: 0, runs })
    assert.doesNotMatch(whole, /failed|promises/)
  })

  test('do not hide a run in which Vagus lost something', () => {
    assert.match(textOf(report), /run 3 \(seed 9\): it ended, and Vagus did not keep what it promises\n/)
  })

  test('say which seeds, by what the interval is, and what they were measured on', () => {
    const text = textOf(report).replaceAll('\n', ' ')
    assert.match(text, /7 runs · seeds 7–13 · 95 % interval of the median by order statistics, from 6 runs on/)
    assert.match(text, /commit c0ffee1 · Linux 6\.18\.44 · load average 0\.1 at the start on 2 processors/)
    const unseeded = textOf({ ...report, runs: report.runs.map((run) => ({ ...run, seed: null })) })
    assert.doesNotMatch(unseeded, /seed/)
  })
})

describe('options of a recording', () => {
  const optionsOf = (record?: string, limit?: string) => recordOf({ record, 'record-limit': limit })

  test('are a folder, and octets with M or G', () => {
    assert.deepEqual(optionsOf(), {})
    assert.deepEqual(optionsOf('out'), { record: { folder: 'out' } })
    assert.deepEqual(optionsOf('out', '256M'), { record: { folder: 'out', limit: 256e6 } })
    assert.deepEqual(optionsOf('out', '2G'), { record: { folder: 'out', limit: 2e9 } })
  })

  test('are refused with what would be right', () => {
    const isUsage = (error: unknown): boolean => error instanceof Failure && error.exit === exitCode.usage
    for (const wrong of ['256', '1T', '0M', '-1M', '1.5G', '']) assert.throws(() => optionsOf('out', wrong), isUsage)
    assert.throws(() => optionsOf(undefined, '1G'), /--record-limit is for captures/)
  })
})
