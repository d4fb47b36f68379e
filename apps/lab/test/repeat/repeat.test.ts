import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LabError } from '../../src/errors.ts'
import { readingsOf } from '../../src/repeat/metrics.ts'
import { repeat, type RunEnd, type Turn } from '../../src/repeat/repeat.ts'
import { recorded } from '../day/recorded.ts'

/** Reports of runs that were made in labs. */
const [{ roam: made, steer, line, intruder } = {}] = recorded().runs
const roam = made!
const lossy = { ...roam, halves: { ...roam.halves, vagus: { ...roam.halves.vagus, lost: 6 } } }

describe('a scenario that is repeated', () => {
  test('gets a seed for each run, one after the other, and says how far its figures are apart', async () => {
    const turns: Turn[] = []
    const report = await repeat('roam', { times: 3, seed: 7 }, async (turn) => {
      turns.push(turn)
      return turn.seed === 8 ? lossy : roam
    })
    assert.deepEqual(
      turns.map(({ seed }) => seed),
      [7, 8, 9],
    )
    const lost = report.figures.find(({ what }) => what === 'events lost')!.values!
    assert.deepEqual([lost.least, lost.median, lost.most, lost.interval], [roam.halves.vagus.lost, 0, 6, null])
    assert.deepEqual([report.failed, report.broken, report.runs[1]!.report], [0, 1, lossy])
    assert.deepEqual(
      report.runs.map(({ kept }) => kept),
      [true, false, true],
    )
  })

  test('counts a run that fails, tells it, and goes on', async () => {
    const told: RunEnd[] = []
    const options = { times: 3, seed: null, onRun: (end: RunEnd): void => void told.push(end) }
    const report = await repeat('roam', options, async () => {
      if (told.length === 1) throw new LabError('failed', 'the readers did not get to the end')
      return roam
    })
    assert.equal(report.failed, 1)
    assert.deepEqual(
      report.runs.map(({ problem }) => problem),
      [null, 'the readers did not get to the end', null],
    )
    assert.deepEqual([told[1]!.problem, told[1]!.readings], ['the readers did not get to the end', []])
    assert.equal(report.figures.find(({ what }) => what === 'events lost')!.values!.count, 2)
  })

  test('ends at once where no run could do better, or when it is to end', async () => {
    const usage = new LabError('usage', 'a stretch lasts 10 s to 10 m, got 1 s')
    await assert.rejects(
      repeat('roam', { times: 9, seed: 1 }, async () => Promise.reject(usage)),
      usage,
    )
    const { signal } = { signal: AbortSignal.abort(new Error('Ctrl-C')) }
    await assert.rejects(
      repeat('roam', { times: 9, seed: 1, signal }, async () => Promise.reject(new Error('it was killed'))),
      /Ctrl-C/,
    )
    await assert.rejects(
      repeat('roam', { times: 1, seed: 1 }, async () => roam),
      /repeated 2 to 1000 times, got 1/,
    )
    await assert.rejects(
      repeat('roam', { times: 5, seed: 2 ** 32 - 1 }, async () => roam),
      /the last of 5 seeds is above 4294967295; give --seed 4294967291 or less/,
    )
  })

  test('has a folder for each run, and a line for each in that of all; refuses one that has anything in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-repeat-'))
    try {
      const turns: Turn[] = []
      const record = { folder: join(folder, 'new'), limit: 64e6 }
      await repeat('roam', { times: 2, seed: 4, record }, async (turn) => {
        turns.push(turn)
        return roam
      })
      assert.deepEqual(
        turns.map((turn) => turn.record),
        ['run-001', 'run-002'].map((run) => ({ folder: join(record.folder, run), limit: 64e6 })),
      )
      const lines = readFileSync(join(record.folder, 'results.jsonl'), 'utf8').trim().split('\n')
      const results = lines.map((line) => JSON.parse(line) as { run: number; seed: number; readings: unknown })
      assert.deepEqual(
        results.map(({ run, seed }) => [run, seed]),
        [
          [1, 4],
          [2, 5],
        ],
      )
      assert.deepEqual(results[0]!.readings, readingsOf('roam', roam))
      mkdirSync(join(folder, 'used'))
      writeFileSync(join(folder, 'used/notes.txt'), 'mine')
      const used = { folder: join(folder, 'used') }
      await assert.rejects(
        repeat('roam', { times: 2, seed: 4, record: used }, async () => roam),
        /used is not empty; name a new one: --record .*used-2/,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

test('every scenario of a recorded day has figures, each with a name of its own', () => {
  for (const readings of [
    readingsOf('roam', roam),
    readingsOf('steer', steer!),
    readingsOf('line', line!),
    readingsOf('intruder', intruder!),
  ]) {
    assert.ok(readings.length >= 6 && readings.some(({ value }) => value !== null))
    assert.equal(new Set(readings.map(({ what }) => what)).size, readings.length)
  }
})
