/**
 * A new box with FRR becomes a member of a domain without anything copied by hand: over a join proxy, with whoever is in its
 * way. `fixtures/join-run.ts` says what is done.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { JoinList } from '@vagus/api/joins'
import { needs } from '../../../scripts/needs.ts'

interface Run {
  readonly foreign: string
  readonly complaint: { readonly report: { readonly outcome: string; readonly reason: string } }
  readonly waiting: JoinList
  readonly steps: readonly string[]
  readonly joined: JoinList['items'][number]
  readonly options: string
  readonly agent: { readonly id: string }
  readonly revoked: string
  /** Name, who caused it, and the agent that it is about. */
  readonly events: readonly (readonly [string, string | null, string | null])[]
}

describe('a new box that is cabled to a router of the domain', { skip: needs('netns', 'frr') }, () => {
  let run: Run
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-join-'))
    const script = join(import.meta.dirname, 'fixtures/join-run.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script, folder]
    try {
      const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 400_000 })
      run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('does not follow a registrar whose voucher is not of its maker, and says why', () => {
    assert.match(run.foreign, /leads to no trusted certificate/)
    assert.equal(run.complaint.report.outcome, 'failure')
    assert.match(run.complaint.report.reason, /leads to no trusted certificate/)
  })

  test('finds the join proxy of a router, which heard by GRASP where the registrar is, and waits for the operator', () => {
    const [box] = run.waiting.items
    assert.deepEqual([box?.serial, box?.state, box?.from, box?.maker], ['BOX-17', 'waiting', '10.9.0.2', 'our own'])
  })

  test('goes on where it was, whenever it or the registrar is killed, and stays who it is', () => {
    assert.equal(run.steps.length, 3)
    assert.deepEqual([run.joined.state, run.joined.device], ['joined', 'pe-2'])
    const agents = run.events.filter(([event]) => event === 'join.joined').map(([, , agent]) => agent)
    assert.deepEqual(new Set(agents), new Set([run.joined.agent]))
  })

  test('is told what it needs, and the controller reaches its agent at once', () => {
    for (const line of [
      'name: "pe-2"',
      'agent: "10.8.0.2"',
      'collector: "10.9.0.1:6343"',
      'api: "http://10.9.0.1:7600"',
    ])
      assert.ok(run.options.includes(line), line)
    assert.equal(run.agent.id, run.joined.agent)
  })

  test('is no member any more when it is revoked, and may not come back', () => {
    assert.match(run.revoked, /HTTP 40\d/)
    const told = run.events.filter(([event]) => event !== 'join.failed').map(([event, by]) => `${event} ${by}`)
    assert.deepEqual(
      [...new Set(told)],
      ['join.requested null', 'join.accepted operator', 'join.joined agent', 'join.revoked operator'],
    )
  })
})
