/** What a router says to its neighbours while its link is full: before others, within a bound, and nobody else's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

interface Trips {
  /** Milliseconds. */
  readonly median: number
  readonly arrived: number
}

describe("a router's own packets on a full link", { skip: needs('netns', 'nft') }, () => {
  let run: Readonly<Record<'before' | 'after' | 'plain', Trips> & Record<'own' | 'arp' | 'mostOwn', number>>
  before(() => {
    const script = join(import.meta.dirname, 'fixtures/full-link.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script]
    const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 120_000 })
    run = JSON.parse(output.trim().split('\n').at(-1)!) as typeof run
  })

  test('go before those of others, where these alone have the same DSCP: CS6', () => {
    assert.ok(run.after.median * 5 < run.before.median, JSON.stringify(run))
    assert.ok(run.after.arrived >= 58, JSON.stringify(run))
  })

  test('are those of its programs with CS6 and ARP, and neither what it forwards nor what has another DSCP', () => {
    assert.ok(run.own >= 60 && run.own < 90, JSON.stringify(run))
    assert.ok(run.plain.median > run.after.median * 5, JSON.stringify(run))
    assert.ok(run.arp >= 1, JSON.stringify(run))
  })

  test('get a tenth of the link at most', () => assert.ok(run.mostOwn < 1_300_000, JSON.stringify(run)))
})

test(
  '15 full packets at once pass through a class of any rate, also when it has just used all that it had',
  {
    skip: needs('netns'),
  },
  () => {
    const script = join(import.meta.dirname, 'fixtures/bursts.ts')
    const output = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 60_000 })
    assert.deepEqual(JSON.parse(output), { dropped: [0, 0, 0] })
  },
)
