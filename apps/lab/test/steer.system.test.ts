import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { labList, steer } from '../src/index.ts'

test(
  'a border link fills, what is proposed relieves it, and undone the neighbour has the routes of before',
  { skip: needs('netns', 'frr') },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-steer-'))
    try {
      const report = await steer({ mode: 'approve', seconds: 10, seed: 1, home, listen: '127.0.0.1:17912' })
      const { stretches, proposal, approval, undo, updates } = report
      const said = JSON.stringify(report, null, 1)
      const [before, after] = [stretches.noAction, stretches.after]
      assert.ok(stretches.usual.lost < 0.01, said)
      assert.ok(before.lost > 0.01 && after.lost < before.lost / 2, said)
      assert.ok(
        after.links.every(({ mean, capacity }) => mean < capacity * 0.95),
        said,
      )
      const moved = new Set(proposal.moves.map(({ to }) => to))
      for (const { link, mean } of after.links.filter((one) => moved.has(one.link))) {
        const idle = before.links.find((one) => one.link === link)!
        assert.ok(mean > 10 * idle.mean, `${link}: ${said}`)
      }
      assert.ok(approval!.relief !== null, said)
      assert.deepEqual([updates.before, report.newPrefixes, report.routesAsBefore], [0, [], true])
      assert.ok(updates.approved > 0 && updates.undone > 0 && undo!.routesAsBefore !== null, said)
      assert.deepEqual([proposal.because[0]!.link, proposal.expected.length], ['pe-1-tr-1', 3])
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
)
