/** What holds for an agent beside a router of any kind; `fixtures/agent-run.ts` says what is done. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { PolicyChangeResource } from '@vagus/api/telemetry'
import { RecordCheck } from '@vagus/audit'
import type { PolicyCheck } from '@vagus/router'
import { identityCrypto } from '@vagus/transport'
import { needs } from '../../../scripts/needs.ts'

interface Run {
  readonly delays: readonly number[]
  readonly wrong: number
  readonly undoneAfter: number
  readonly refused: { readonly status: number; readonly detail: string }
  readonly active: number
  readonly why: string
  readonly receipt: {
    readonly before: readonly Told[]
    readonly after: readonly Told[]
    readonly verifiedAfterMs: number
  }
  readonly policy: string
  readonly lines: readonly string[]
  readonly installs: Installs
  /** Milliseconds from the wish to the end. */
  readonly endedAfter: number
  /** The file with what it did. */
  readonly record: string
}
type Policy = PolicyCheck & { readonly goesBackAt?: string }
interface Problem {
  readonly status: number
  readonly detail: string
}
/** What became of a change, and the router's configuration before and after. */
interface Became {
  readonly state: string
  readonly was: string
  readonly is: string
}
interface Installs {
  readonly none: Problem
  readonly second: Problem
  readonly applied: PolicyChangeResource
  readonly undone: PolicyChangeResource
  readonly kept: PolicyChangeResource
  readonly again: PolicyChangeResource
  readonly isChanged: boolean
  readonly pending: Policy
  readonly confirmed: Policy
  readonly reverted: Became
  readonly expired: Became
  /** By another process than the one that installed it. */
  readonly ofAnother: Became
}
interface Told {
  readonly neighbour: string
  readonly med: number
  readonly asPathLength: number
}

/** The last line that a fixture prints, run in a network namespace of its own. */
function printedBy(fixture: string, ...words: readonly string[]): unknown {
  const script = join(import.meta.dirname, `fixtures/${fixture}`)
  const output = execFileSync('unshare', ['-Urn', process.execPath, script, ...words], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  return JSON.parse(output.trim().split('\n').at(-1)!)
}

/** Inside a `describe`; returns what the fixture printed, for more tests. */
function testsBeside(fixture: string): () => Run {
  let run: Run
  before(() => {
    run = printedBy(fixture, '4') as Run
  })

  test('finds the policy in place once it is installed', () => assert.equal(run.policy, 'in-place'))

  test('installs the policy for a while, and says what was missing and when it goes back', () => {
    const { applied, pending, isChanged } = run.installs
    assert.deepEqual([applied.state, isChanged, pending.state], ['pending', true, 'in-place'])
    assert.match(applied.installed.join('\n'), /vagus/)
    assert.equal(pending.goesBackAt, applied.goesBackAt)
  })

  test('has one change pending at a time, and confirms none that is not there', () => {
    const { second, none } = run.installs
    assert.deepEqual([second.status, none.status], [409, 409])
    assert.match(
      second.detail,
      /goes back at 20.*Z: "vagus device policy \w+-1 --confirm" keeps it, ".* --revert" takes/,
    )
    assert.match(none.detail, /^no change of the policy is pending/)
  })

  test('leaves the router as it was when the policy is reverted, and when nobody confirms it in time', () => {
    const { undone, reverted, expired } = run.installs
    assert.equal(undone.state, 'reverted')
    for (const { state, was, is } of [reverted, expired]) {
      assert.equal(state, 'absent')
      assert.deepEqual(is.split('\n'), was.split('\n'))
    }
    assert.ok(run.lines.includes('the policy was not confirmed, and is taken back'), run.lines.join('\n'))
  })

  test('leaves the router as it was when the process that installed the policy died', () => {
    const { state, was, is } = run.installs.ofAnother
    assert.equal(state, 'in-place')
    assert.deepEqual(is.split('\n'), was.split('\n'))
  })

  test('keeps the policy when it is confirmed, and then has nothing to install', () => {
    const { kept, again, confirmed } = run.installs
    assert.deepEqual([kept.state, again.state, again.installed], ['confirmed', 'in-place', []])
    assert.deepEqual(confirmed, { state: 'in-place', missing: [], problems: [] })
  })

  test('makes the neighbour hear the MED of each class, and none other', () => {
    assert.deepEqual([run.delays.length, run.wrong], [4, 0])
  })

  test('gives a receipt with what the neighbour was told before and after', () => {
    assert.deepEqual([run.receipt.before[0]?.med, run.receipt.after[0]?.med], [10, 1000])
    assert.ok(run.receipt.verifiedAfterMs >= 0)
    assert.equal(run.receipt.after[0]?.asPathLength, 2) // the customer's and our own
  })

  test('takes a class back when asked, and when the router loses its own route', () => {
    assert.ok(run.undoneAfter < 5000, `after ${run.undoneAfter} ms`) // the class lasts for a minute
    assert.deepEqual([run.active, run.why], [0, 'original-gone'])
  })

  test('refuses a prefix that the router has not got', () => {
    assert.equal(run.refused.status, 404)
    assert.match(run.refused.detail, /no route of its own to exactly 10\.99\.0\.0\/16/)
  })

  test('leaves a record that is whole, with the policy and the classes, and who asked for them', () => {
    const check = new RecordCheck({}, identityCrypto)
    const lines = run.record.slice(0, -1).split('\n')
    for (const line of lines) check.take(line)
    const verdict = check.end()
    assert.ok(verdict.type === 'whole', JSON.stringify(verdict))
    const deeds = lines.slice(1).map((line) => {
      const { event, by } = JSON.parse(line) as { readonly event: string; readonly by: { readonly kind: string } }
      return `${event} by ${by.kind}`
    })
    const kinds = ['policy.installed', 'policy.confirmed', 'policy.taken-back', 'class.set', 'class.ended']
    for (const kind of kinds) assert.ok(deeds.includes(`${kind} by operator`), `${kind}: ${deeds.join()}`)
    assert.ok(deeds.includes('policy.taken-back by controller'), deeds.join())
  })

  test('ends when it is asked to, without waiting for a round of work or for its peers', () => {
    assert.ok(run.endedAfter < 5000, `after ${run.endedAfter} ms`)
  })
  return () => run
}

describe('an agent beside an unmodified BIRD', { skip: needs('netns', 'bird') }, () => {
  const run = testsBeside('bird-router.ts') as () => BirdRun

  test('installs nothing that the configuration of BIRD does not include', () => {
    assert.match(run().notIncluded, /^the configuration of BIRD does not include ".*vagus\.conf"/)
    assert.equal(run().isLeft, false)
  })

  test('takes back what is pending when it ends', () => assert.equal(run().isTakenBack, true))
})

interface BirdRun extends Run {
  readonly notIncluded: string
  readonly isLeft: boolean
  readonly isTakenBack: boolean
}

interface GobgpRun extends Run {
  /** What another GoBGP says that read the printed policy as configuration. */
  readonly kept: PolicyCheck
  /** Changes of what somebody had edited, reverted; the state in between. */
  readonly changed: readonly Became[]
}

describe('an agent beside an unmodified GoBGP', { skip: needs('netns', 'gobgp') }, () => {
  const run = testsBeside('gobgp-router.ts') as () => GobgpRun

  test('puts back what somebody had made of the policy', () => {
    assert.equal(run().changed.length, 2)
    for (const { state, was, is } of run().changed) {
      assert.equal(state, 'in-place')
      assert.deepEqual(is.split('\n'), was.split('\n'))
    }
    assert.match(run().changed[0]!.was, /StatementName mine:/)
  })

  test('prints the same policy as configuration', () =>
    assert.deepEqual(run().kept, { state: 'in-place', missing: [], problems: [] }))
})

interface Carried {
  readonly received: number
  readonly sent: { readonly utilised: number; readonly measurement: object }
  readonly link: { readonly utilised: number; readonly measurement: object; readonly name: string }
  readonly coarse: {
    readonly epoch: number
    readonly links: readonly { readonly interface: number; readonly out: number }[]
  }
}

test(
  'telemetry comes through an unmodified BIRD as an attribute and as communities',
  { skip: needs('netns', 'bird') },
  () => {
    const { received, sent, link, coarse } = printedBy('bird-reflector.ts') as Carried
    assert.equal(received, 20)
    assert.deepEqual(link, sent)
    assert.deepEqual([coarse.epoch, coarse.links[0]?.interface, coarse.links[0]?.out], [20, 3, 533])
  },
)
