/**
 * Private lines through four routers of the real kernel: what rides on them, what does not, and that nothing stays.
 * `fixtures/line-run.ts` says what is done; `fixtures/line-network.ts` is the network.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { LineMeasured } from '@vagus/grasp/objectives'
import { needs } from '../../../scripts/needs.ts'
import type { Trips } from './fixtures/line-traffic.ts'

type Word = 'held' | 'steered' | 'second' | 'third' | 'takesOver' | 'releasedTwo' | 'moved' | 'movedBack'
type Run = Readonly<
  Record<'idle' | 'underLoad' | 'onLine' | 'onLineV6' | 'large' | 'whileMoving' | 'whileDead' | 'withoutLine', Trips> &
    Record<Word | 'adopted' | 'confirmedAgain' | 'brief' | 'released' | 'left', readonly string[]> &
    Record<'stateWhileDead' | 'stateAdopted' | 'mended' | 'briefThen' | 'leftThen' | 'asBefore', boolean> &
    Record<'steeredBefore' | 'otherEndWhileDead', readonly boolean[]>
> & {
  readonly measured: LineMeasured
  readonly rodeFromElsewhere: number
  readonly guarded: { readonly toBlock: number; readonly routingHeader: number }
  readonly elsewhere: string
  readonly file: number
  /** Bits per second. */
  readonly streamOnLine: number
  readonly wire: number
}

describe('a private line through four routers', { skip: needs('netns', 'nft', 'iperf3') }, () => {
  let run: Run
  before(() => {
    const script = join(import.meta.dirname, 'fixtures/line-run.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script]
    const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 400_000 })
    run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
  })
  const accepted = (words: readonly string[]): void => assert.deepEqual([...new Set(words)], ['accepted'])

  test('is held by all routers of its path, and steered at both ends', () => {
    accepted(run.held)
    accepted(run.steered)
  })

  test('has a small part of the delay that others have on full links, and loses next to nothing', () => {
    assert.ok(run.onLine.median * 5 < run.underLoad.median, JSON.stringify([run.onLine, run.underLoad]))
    assert.ok(run.onLine.returned >= run.onLine.sent * 0.9, JSON.stringify(run.onLine))
  })

  test('carries its rate while others send twice what the links can carry', () => {
    const { streamOnLine, wire } = run
    assert.ok(streamOnLine > wire / 2 && streamOnLine < wire, `${streamOnLine} of ${wire}`)
  })

  test('carries IPv6, and packets of 1,400 octets', () => {
    assert.ok(run.onLineV6.returned >= run.onLineV6.sent * 0.9, JSON.stringify(run.onLineV6))
    assert.ok(run.large.returned >= run.large.sent * 0.9, JSON.stringify(run.large))
  })

  test('is counted: what was sent, dropped, and probed', () => {
    const { sent, probes } = run.measured
    assert.ok(sent![0]!.packets > 100 && sent![0]!.octets > 100_000, JSON.stringify(sent))
    assert.ok(probes!.sent > probes!.lost && probes!.p50! > 0 && probes!.p99! >= probes!.p50!, JSON.stringify(probes))
  })

  test('does not carry what comes from another source behind the same port', () => {
    // Probes ride meanwhile, ten a second each way.
    assert.ok(run.rodeFromElsewhere < 60, `${run.rodeFromElsewhere} of them rode, and probes`)
    assert.match(run.elsewhere, /^POLICY 10\.3\.0\.0\/16 is routed to eth4, not to eth3/)
  })

  test('keeps out packets of strangers to its SIDs, and with a routing header, and counts them', () => {
    assert.deepEqual(run.guarded, { toBlock: 5, routingHeader: 5 })
  })

  test('is refused where there is no room, with what is free; one that takes over another is counted once', () => {
    accepted(run.second)
    for (const word of run.third)
      assert.match(word, /^RESOURCE 2 of 18 Mbit\/s are free for lines on eth[12]; 8 are asked for$/)
    accepted(run.takesOver)
    accepted(run.releasedTwo)
  })

  test('moves to another path without loss', () => {
    accepted(run.moved)
    accepted(run.movedBack)
    assert.ok(run.whileMoving.returned >= run.whileMoving.sent - 3, JSON.stringify(run.whileMoving))
  })

  test('goes on while the agent of an end is dead, in both directions, and is known to it afterwards', () => {
    assert.deepEqual([run.whileDead.returned, run.stateWhileDead], [run.whileDead.sent, true])
    assert.deepEqual(run.otherEndWhileDead, [true])
    assert.deepEqual(run.adopted, ['hold 11 confirmed', 'steer 11 confirmed'])
    assert.equal(run.stateAdopted, true)
    accepted(run.confirmedAgain)
  })

  test('is mended at the start of an agent: what is missing is made, and what is of nobody is removed', () =>
    assert.equal(run.mended, true))

  test('lets packets go without it while its path does not answer', () => {
    assert.deepEqual(run.steeredBefore, [true, true])
    assert.ok(run.withoutLine.returned >= run.withoutLine.sent * 0.9, JSON.stringify(run.withoutLine))
  })

  test('ends with its lease, also when its agent is dead then', () => {
    accepted(run.brief)
    assert.deepEqual([run.briefThen, run.file], [true, 2])
  })

  test('leaves every router as it was, once cleared: routes, rules, addresses, queues, tables and settings', () => {
    accepted(run.released)
    accepted(run.left)
    assert.equal(run.leftThen, true)
    assert.equal(run.asBefore, true)
  })
})

test(
  "FRR's zebra neither removes what is held for lines nor passes it on, where it redistributes the kernel's routes",
  { skip: needs('netns', 'nft', 'frr') },
  () => {
    const script = join(import.meta.dirname, 'fixtures/line-zebra.ts')
    const words = ['-Urnmpf', '--mount-proc', '--kill-child', process.execPath, script]
    const output = execFileSync('unshare', words, { encoding: 'utf8', timeout: 200_000 })
    const run = JSON.parse(output.trim().split('\n').at(-1)!) as {
      readonly said: readonly string[]
      readonly told: string
      readonly isKept: boolean
      readonly count: number
    }
    assert.deepEqual([[...new Set(run.said)], run.isKept, run.count], [['accepted'], true, 6])
    assert.match(run.told, /198\.51\.101\.0\/24/)
    assert.doesNotMatch(run.told, /fd00:c:/)
  },
)
