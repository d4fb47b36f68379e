/** Where private lines end, by the real kernel: `fixtures/line-limits.ts` says what is done, through `fixtures/line-network.ts`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import type { Trips } from './fixtures/line-traffic.ts'

type Said =
  | 'afterStart'
  | 'held'
  | 'byDefault'
  | 'elsewhere'
  | 'tableOfOthers'
  | 'small'
  | 'nearly'
  | 'enough'
  | 'steered'
type Run = Readonly<
  Record<Said | 'second' | 'beforeGone' | 'beside' | 'line', string> &
    Record<'full' | 'fullOnSmall', Trips> &
    Record<'before' | 'shrunk', readonly (readonly [number, string | null])[]>
> & {
  readonly claims: readonly string[]
  readonly told: readonly (string | null)[]
  readonly besideIsThere: boolean
  readonly leftBefore: boolean
  readonly cleared: readonly boolean[]
  readonly leftAfter: boolean
  readonly down: { readonly riding: number; readonly whileDown: number; readonly leaked: number }
}

describe('lines of a router', { skip: needs('netns', 'nft') }, () => {
  let run: Run
  before(() => {
    const script = join(import.meta.dirname, 'fixtures/line-limits.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script]
    const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 300_000 })
    run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
  })

  test('are refused at the start where others have what they need, with who has it', () => {
    const [free, ...others] = run.claims
    assert.deepEqual([free, run.afterStart], ['free', 'free'])
    for (const [at, words] of [
      /^in-use lines: a rule of protocol 4 has the priority 20086/,
      /^in-use lines: a rule of protocol 4 at priority 100 looks into table 20007/,
      /^in-use lines: table 20000, which lines need, has a route to 10\.77\.0\.0\/16/,
      /^in-use lines: nftables has a table inet vagus_lines that no agent made/,
    ].entries())
      assert.match(others[at]!, words)
  })

  test("carry neither what only a default route has, nor what the operator did not name, nor by others' tables", () => {
    assert.equal(run.held, 'accepted')
    assert.equal(run.byDefault, 'POLICY 10.200.0.0/16 has no route but the default one')
    assert.match(run.elsewhere, /^POLICY 192\.0\.2\.0\/24 is within no prefix of sites/)
    assert.match(run.tableOfOthers, /^RESOURCE table 20007, which lines need, has a route to 10\.77\.0\.0\/16/)
  })

  test('need links on which full packets fit with the headers around them: then these arrive, and else none does', () => {
    assert.equal(run.small, 'RESOURCE eth2 has an MTU of 1500; full packets in a line need 1564')
    assert.equal(run.nearly, 'RESOURCE eth2 has an MTU of 1563; full packets in a line need 1564')
    assert.deepEqual([run.enough, run.steered], ['accepted', 'accepted'])
    assert.deepEqual([run.full.returned, run.fullOnSmall.returned], [run.full.sent, 0])
  })

  test('tell where a link carries less than is held there: the newest is short, until there is room again', () => {
    assert.equal(run.second, 'accepted')
    const short = 'eth2 has 9 Mbit/s for lines now, and they need more'
    assert.deepEqual(run.before, [
      [7, null],
      [9, null],
    ])
    assert.deepEqual(run.shrunk, [
      [7, null],
      [9, short],
    ])
    assert.deepEqual(run.told, [null, short])
  })

  test('are made beside a link that is gone', () => {
    assert.deepEqual([run.beforeGone, run.beside, run.besideIsThere], ['accepted', 'accepted', true])
  })

  test('never leave by a default route where a link of their path is down', () => {
    assert.equal(run.line, 'accepted')
    assert.deepEqual([run.down.riding, run.down.leaked], [10, 0])
  })

  test('are taken away by an agent that is started without them', () =>
    assert.deepEqual([run.leftBefore, run.cleared, run.leftAfter], [true, [true, false], false]))
})
