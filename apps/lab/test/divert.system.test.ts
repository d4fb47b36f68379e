import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { divert, labList } from '../src/index.ts'

describe('a data centre that diverts work', { skip: needs('netns', 'frr') }, () => {
  test('hands it over where the network has room, and loses and doubles nothing when one that works is killed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-divert-'))
    try {
      const options = { seconds: 12, filled: [], quiet: [], kill: 'scheduler' } as const
      const report = await divert({ ...options, home, listen: '127.0.0.1:17921' })
      const said = JSON.stringify(report, null, 1)
      const { killed } = report
      assert.ok(killed !== null && killed.tasks > 10, said)
      assert.ok(killed.octetsTo['west']! > 0, `work is handed over: ${said}`)
      assert.deepEqual([killed.lost, killed.twice], [0, 0], said)
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
