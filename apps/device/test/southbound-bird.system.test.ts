import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { CliAnswer, CommitResource, RouterConfig } from '@vagus/api/southbound'
import { needs } from '../../../scripts/needs.ts'
import type { Answer } from './fixtures/southbound-run.ts'

type Told = Answer<CommitResource>
interface State {
  /** Prefixes that the filter lets in, each with its preference. */
  readonly routes: readonly string[]
  /** Of the file; absent where there is none. */
  readonly text?: string
}
interface Run {
  readonly notIncluded: State & { readonly answer: Told }
  readonly was: State
  readonly reads: Readonly<Record<'route' | 'filter' | 'down', Answer<CliAnswer>>> & { readonly config: RouterConfig }
  readonly expired: { readonly pending: Told; readonly during: State; readonly over: Told; readonly is: State }
  readonly refused: readonly Told[]
  readonly wrong: { readonly answer: Told; readonly is: State }
  readonly inUse: { readonly answer: Told; readonly is: State }
  readonly confirmed: State
  readonly death: { readonly dead: State; readonly over: Told; readonly is: State }
  readonly others: { readonly undone: Told; readonly is: State }
}

const setUp = `ip link set lo up
ip addr add 10.0.0.1/32 dev lo; ip route add local 169.254.77.2 dev lo
exec "$NODE" "$1" "$2"`

describe('what AI agents ask of BIRD', { skip: needs('netns', 'bird') }, () => {
  let run: Run
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-southbound-'))
    try {
      const script = join(import.meta.dirname, 'fixtures/southbound-bird.ts')
      const output = execFileSync('unshare', ['-Urnm', 'sh', '-ec', setUp, 'sh', script, folder], {
        encoding: 'utf8',
        timeout: 240_000,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, NODE: process.execPath },
      })
      run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('is answered where it only reads', () => {
    assert.match(run.reads.route.output, /192\.0\.2\.0\/24 .*\[there /)
    assert.deepEqual([run.reads.filter.status, run.reads.down.status], [403, 403])
    assert.equal(run.reads.config.text, run.was.text)
  })

  test('is refused, with the file that is missing, where the configuration does not include it', () => {
    const { answer, routes, text } = run.notIncluded
    assert.equal(answer.state, 'refused')
    assert.match(answer.ended?.because ?? '', /must include ".*vagus-agents\.conf"/)
    assert.deepEqual([routes, text], [['192.0.2.0/24', '(50)'], undefined])
  })

  test('changes what the filters of the operator do, until it goes back', () => {
    const { pending, during, over, is } = run.expired
    assert.equal(pending.state, 'pending')
    assert.deepEqual(during.routes, ['192.0.2.0/24', '(70)', '203.0.113.0/24', '(70)'])
    assert.equal(over.ended?.because, 'it was not confirmed in time')
    assert.deepEqual(is, run.was)
  })

  test('is refused where it is more than a constant', () => {
    for (const { type } of run.refused) assert.equal(type, 'urn:vagus:problem:lines-not-allowed')
  })

  test('leaves BIRD as it was where that cannot read it, or still needs what is to go', () => {
    assert.match(run.wrong.answer.ended?.because ?? '', /vagus-agents\.conf:3:\d+ syntax error/)
    assert.match(run.inUse.answer.ended?.because ?? '', /bird\.conf:\d+:\d+ syntax error/)
    for (const { answer, is } of [run.wrong, run.inUse]) {
      assert.equal(answer.state, 'refused')
      assert.deepEqual(is, run.was)
    }
  })

  test('stays once it is confirmed', () => assert.deepEqual(run.confirmed.routes, ['192.0.2.0/24', '(60)']))

  test('goes back by BIRD itself where the agent is dead, and in its file by the next agent', () => {
    assert.deepEqual(run.death.dead.routes, run.confirmed.routes)
    assert.match(run.death.dead.text ?? '', /CUST_METRIC = 70/)
    assert.equal(run.death.over.state, 'reverted')
    assert.deepEqual(run.death.is, run.confirmed)
  })

  test('leaves what others have set since', () => {
    assert.match(run.others.undone.ended?.because ?? '', /others have changed since/)
    assert.deepEqual(run.others.is, {
      routes: ['192.0.2.0/24', '(99)'],
      text: '# One constant a line.\ndefine CUST_PREFIXES = [ 192.0.2.0/24 ];\ndefine CUST_METRIC = 99;\ndefine THEIRS = 1;\n',
    })
  })
})
