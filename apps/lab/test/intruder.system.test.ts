import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { intruder, labList } from '../src/index.ts'

describe('an intruder in a lab', { skip: needs('netns', 'frr') }, () => {
  test('gets nothing: no port answers, no packet is executed twice, and every refusal says why', async () => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-intruder-'))
    try {
      const report = await intruder({ ports: 9000, home, listen: '127.0.0.1:17915' })
      const said = JSON.stringify({ ...report, unenrolled: { ...report.unenrolled, ports: [] } }, null, 1)
      assert.equal(report.gotIn, 0, said)
      const { unenrolled, handshakes, notMember, wrongRole, copiedCard, lookalike, api, quarantine, stream } = report
      // It looked where there is something: all agents and routers, and found the ports that take connections.
      assert.ok(unenrolled.acceptedPorts >= 4 && unenrolled.askedPorts >= 9000 * 4, said)
      assert.equal(unenrolled.answeredPorts, 0, JSON.stringify(unenrolled.ports.filter(({ octets }) => octets > 0)))
      assert.ok((handshakes.nonsense.answers.retry ?? 0) > 0, `the flood was noticed: ${said}`)
      assert.ok(handshakes.replayed.early.packets > 2 && handshakes.executed === 0, said)
      assert.deepEqual([notMember.code, notMember.type], [403, 'urn:vagus:problem:refused'])
      assert.match(notMember.detail ?? '', /is no member of the roster/)
      assert.deepEqual([wrongRole.code, wrongRole.type], [403, 'urn:vagus:problem:refused'])
      assert.match(wrongRole.detail ?? '', /no policy permits guest to call writer/)
      assert.equal(copiedCard, 'refused')
      assert.equal(report.olderRoster.went, 'nowhere')
      assert.deepEqual([lookalike.byMember, lookalike.dialled], [lookalike.calls, 0])
      assert.ok(api.routes.length >= 8 && api.written === 0, said)
      assert.ok(quarantine.lastSession !== null && quarantine.streamCut !== null, said)
      assert.ok(stream.parts > 100 && stream.lost === 0 && stream.repeated === 0, said)
      assert.deepEqual(await labList({ home }), [])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
