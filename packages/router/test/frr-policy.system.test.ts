import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import type { PolicyCheck } from '../src/index.ts'

interface Run {
  readonly before: string
  readonly pasted: PolicyCheck
  readonly isClosed: boolean
  readonly refused: string
  readonly mended: PolicyCheck
  readonly calls: readonly string[]
  /** Applied and reverted: the state in between, and the running configuration before and after. */
  readonly changed: readonly { readonly state: string; readonly was: string; readonly is: string }[]
  readonly nothing: boolean
}

/** FRR wants its group, which a user namespace cannot have otherwise. */
const setUp = `ip link set lo up
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > "$2/group"
mount --bind "$2/group" /etc/group
exec "$NODE" "$1" "$2"`

describe('the policy that FRR is given', { skip: needs('netns', 'frr') }, () => {
  let run: Run
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-frr-'))
    try {
      const script = join(import.meta.dirname, 'fixtures/frr-policy.ts')
      const output = execFileSync('unshare', ['-Urnm', 'sh', '-ec', setUp, 'sh', script, folder], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, NODE: process.execPath },
      })
      run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('opens no neighbour that is sent nothing for want of a policy (RFC 8212)', () => {
    assert.equal(run.before, 'absent')
    assert.equal(run.isClosed, true)
    assert.match(run.pasted.problems[0] ?? '', /^10\.0\.1\.2 .* is sent nothing/)
  })

  test('names a route-map that two links share, and has the rest in place', () => {
    assert.deepEqual([run.pasted.state, run.pasted.missing, run.pasted.problems.length], ['incomplete', [], 2])
    assert.match(run.pasted.problems[1] ?? '', /^route-map MY-OUT would have to call VAGUS-eth1 .* and VAGUS-eth2 /)
    assert.match(run.refused, /is sent nothing.*; route-map MY-OUT/)
  })

  test('is in place once the operator has done what was said', () => {
    assert.deepEqual(run.mended, { state: 'in-place', missing: [], problems: [] })
    assert.deepEqual(run.calls.toSorted(), [
      ' call COMMON',
      ' call VAGUS-eth0',
      ' call VAGUS-eth1',
      ' call VAGUS-eth2',
      ' call VAGUS-eth3',
    ])
  })

  test('leaves octet for octet what was there before when a change is reverted, also half of one', () => {
    assert.equal(run.changed.length, 3)
    for (const { state, was, is } of run.changed) {
      assert.equal(state, 'in-place')
      assert.deepEqual(is.split('\n'), was.split('\n'))
    }
    assert.match(run.changed[0]!.was, /set weight 1\n/)
  })

  test('is no change where nothing is missing', () => assert.equal(run.nothing, true))
})
