import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { divert, labList } from '../src/index.ts'

describe('a data centre that diverts work', { skip: needs('netns', 'frr') }, () => {
  test('is in time more often when it asks the network, and loses and doubles nothing when one that works is killed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-divert-'))
    try {
      const report = await divert({
        seconds: 12,
        filled: ['idlest'],
        quiet: [],
        kill: 'scheduler',
        home,
        listen: '127.0.0.1:17921',
      })
      const said = JSON.stringify(report, null, 1)
      const { idlest } = report.filled
      const { killed } = report
      assert.ok(idlest !== undefined && killed !== null)
      assert.ok(killed.tasks > 10 && killed.tasks === idlest.tasks, said)
      assert.ok(killed.octetsTo['west']! > 0, `work is handed over: ${said}`)
      assert.ok(killed.inTime > idlest.inTime, `aware, even with a kill, beats blind: ${said}`)
      for (const run of [idlest, killed]) assert.deepEqual([run.lost, run.twice], [0, 0], said)
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
