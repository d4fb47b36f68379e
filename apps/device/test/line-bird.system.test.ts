/** A line over routers that run BIRD: neither gets in the way of the other. `fixtures/line-bird.ts` says what is done. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import type { Trips } from './fixtures/line-traffic.ts'

interface Run {
  readonly said: readonly string[]
  readonly onLine: Trips
  readonly withoutBird: Trips
  /** Neighbours that were thought dead. */
  readonly lostOnFullLink: number
  readonly own: number
  readonly known: string
  readonly isKept: boolean
}

describe('a line over routers that run BIRD', { skip: needs('netns', 'nft', 'bird', 'iperf3') }, () => {
  let run: Run
  before(() => {
    const script = join(import.meta.dirname, 'fixtures/line-bird.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script]
    const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 300_000 })
    run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
  })

  test('is held, steered and used beside routes of OSPF, on links that are full', () => {
    assert.deepEqual([...new Set(run.said)], ['accepted'])
    assert.ok(run.onLine.returned >= 45, JSON.stringify(run.onLine))
  })

  test('leaves OSPF its neighbours on full links: hellos are sent in a class of their own', () => {
    assert.equal(run.lostOnFullLink, 0)
    assert.ok(run.own >= 8, `${run.own} packets of the router itself`)
  })

  test('is not known to BIRD, and stays while BIRD is gone and when it begins again', () => {
    assert.match(run.known, /10\.1\.0\.0\/16/)
    assert.doesNotMatch(run.known, /fd00:c:/)
    assert.deepEqual([run.isKept, run.withoutBird.returned], [true, 50])
  })
})
