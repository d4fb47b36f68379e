/** What holds for an agent beside a router of any kind; `fixtures/agent-run.ts` says what is done. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { PolicyCheck } from '@vagus/router'
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
  /** Milliseconds from the wish to the end. */
  readonly endedAfter: number
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
    timeout: 60_000,
  })
  return JSON.parse(output.trim().split('\n').at(-1)!)
}

/** Inside a `describe`; returns what the fixture printed, for more tests. */
function testsBeside(fixture: string): () => Run {
  let run: Run
  before(() => {
    run = printedBy(fixture, '4') as Run
  })

  test('finds the policy in place once the operator has installed it', () => assert.equal(run.policy, 'in-place'))

  test('makes the neighbour hear the MED of each class, and none other', () => {
    assert.deepEqual([run.delays.length, run.wrong], [4, 0])
  })

  test('gives a receipt with what the neighbour was told before and after', () => {
    assert.deepEqual([run.receipt.before[0]?.med, run.receipt.after[0]?.med], [10, 1000])
    assert.ok(run.receipt.verifiedAfterMs >= 0)
    assert.equal(run.receipt.after[0]?.asPathLength, 2) // the customer's and our own
  })

  test('takes a class back when asked, and when the router loses its own route', () => {
    assert.ok(run.undoneAfter < 1000)
    assert.deepEqual([run.active, run.why], [0, 'original-gone'])
  })

  test('refuses a prefix that the router has not got', () => {
    assert.equal(run.refused.status, 404)
    assert.match(run.refused.detail, /no route of its own to exactly 10\.99\.0\.0\/16/)
  })

  test('ends when it is asked to, without waiting for a round of work or for its peers', () => {
    assert.ok(run.endedAfter < 1000, `after ${run.endedAfter} ms`)
  })
  return () => run
}

describe('an agent beside an unmodified BIRD', { skip: needs('netns', 'bird') }, () => {
  testsBeside('bird-router.ts')
})

interface GobgpRun extends Run {
  /** Of the policy: before, after it was installed and reverted, after it was installed and confirmed. */
  readonly states: readonly string[]
  /** What another GoBGP says that read the printed policy as configuration. */
  readonly kept: PolicyCheck
}

describe('an agent beside an unmodified GoBGP', { skip: needs('netns', 'gobgp') }, () => {
  const run = testsBeside('gobgp-router.ts') as () => GobgpRun

  test('installs its policy over gRPC, and takes all of it back unless that is confirmed', () =>
    assert.deepEqual(run().states, ['absent', 'absent', 'in-place']))

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
