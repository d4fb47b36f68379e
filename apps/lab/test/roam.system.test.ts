import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { roam } from '../src/index.ts'

test(
  'an A2A stream of a moving agent loses nothing over Vagus, in moves planned and sudden and when its side-car is killed',
  { skip: needs('netns', 'frr') },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-roam-'))
    try {
      const { halves, sent } = await roam({ moves: 4, how: 'mixed', kill: 'side-cars', seed: 1, home })
      const { lost, duplicated, gaps } = halves.vagus
      assert.deepEqual({ lost, duplicated }, { lost: 0, duplicated: 0 })
      assert.deepEqual([gaps.planned?.count, gaps.sudden?.count, gaps.killed?.count], [2, 2, 1])
      assert.ok(halves.https.broken > 0 && halves.https.lost < sent, 'the client without side-cars moved, too')
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
)
