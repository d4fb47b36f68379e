import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { labList, line } from '../src/index.ts'

describe('a private line in a lab', { skip: needs('netns', 'frr') }, () => {
  test('holds rate and delay beside a full link, outlives what fails, and leaves nothing', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-line-'))
    try {
      const report = await line({ seconds: 2, home, listen: '127.0.0.1:17914' })
      const { stretches, order, planned, protectedCut, cut, refusal, spoof, dead, release } = report
      const said = JSON.stringify(report, null, 1)
      const { loaded, line: withLine } = stretches
      assert.ok(loaded.roundTrips.p50! > 10 * withLine.roundTrips.p50!, said)
      assert.ok(withLine.goodput > 0.7 * order.bitsPerSecond, said)
      assert.ok(withLine.goodput < 1.1 * order.bitsPerSecond, `it never borrows: ${said}`)
      assert.notEqual(planned.from, planned.to)
      assert.equal(planned.roundTrips.lost, 0, said)
      assert.notEqual(protectedCut.from, protectedCut.to)
      assert.ok(protectedCut.roundTrips.lost < cut.roundTrips.lost, said)
      assert.notEqual(cut.from, cut.to)
      assert.ok(cut.roundTrips.lost < cut.roundTrips.sent, said)
      assert.deepEqual([refusal.exit, refusal.because === ''], [4, false], said)
      assert.ok(refusal.alternative !== null, said)
      assert.ok(spoof.answered === 0 && spoof.dropped > 0, said)
      assert.deepEqual([dead.controller.lost, dead.device.lost], [0, 0], said)
      assert.deepEqual(release.left, [])
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
