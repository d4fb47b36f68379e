import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { labList, roam } from '../src/index.ts'

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

test(
  'a run that is aborted after its last move ends at once, with the reason and without a lab',
  { skip: needs('netns', 'frr') },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-roam-'))
    try {
      const stop = new AbortController()
      const reason = new Error('enough')
      let abortedAt = 0
      const onIncident = (): void => {
        abortedAt = performance.now()
        stop.abort(reason)
      }
      const plan = { moves: 1, how: 'planned', kill: 'none', seed: 1 } as const
      await assert.rejects(roam({ ...plan, home, onIncident, signal: stop.signal }), (error) => error === reason)
      // The stream goes on for 13 s by then.
      assert.ok(performance.now() - abortedAt < 10_000, `${performance.now() - abortedAt} ms`)
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
)
