/**
 * A controller in another process steers by a real router, over real sessions between agents (Congestion.MED, §5 of our
 * draft). `fixtures/steered-run.ts` says what is done; what is heard is heard by the neighbour's own BGP.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { needs } from '../../../../scripts/needs.ts'
import type { Led } from '../fixtures/steering-controller.ts'

type Steering = NonNullable<DeviceAgent['steering']>
type Said = 'look' | 'dry' | 'prepared' | 'confirmed' | 'released' | 'late' | 'gone' | 'lost'

interface Run {
  readonly id: string
  readonly by: string
  readonly away: Steering
  readonly connected: Steering
  readonly awayThen: Steering
  readonly said: Readonly<Record<Said, Led>>
  readonly heardThen: {
    readonly afterDry: number
    readonly set: number
    readonly afterRelease: number
    readonly unconfirmed: readonly number[]
    readonly killedAt: number
    readonly afterKill: number
  }
  readonly inForce: Steering['leases']
  readonly leasesAfterKill: Steering['leases']
  /** Milliseconds from the wish to the end. */
  readonly endedAfter: number
  readonly spans: readonly {
    readonly name: string
    readonly traceId: string
    readonly spanId: string
    readonly parent: string
  }[]
  readonly recorded: readonly { readonly event: string; readonly trace: string }[]
  readonly lines: readonly string[]
}

describe('a controller that steers by a router', { skip: needs('netns', 'gobgp') }, () => {
  let run: Run
  before(() => {
    const script = join(import.meta.dirname, '../fixtures/steered-run.ts')
    const options = { encoding: 'utf8', timeout: 300_000 } as const
    const output = execFileSync('unshare', ['-Urn', process.execPath, script], options)
    run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
  })
  const toldBy = (led: Led): readonly (number | null)[] | undefined => led.answer?.told?.map(({ med }) => med)

  test('is the one with the id that was named; somebody else in its place is not even connected to', () => {
    assert.equal(run.away.state, 'away')
    assert.match(run.away.problem!, new RegExp(`no agent called "${run.by}"`))
    assert.deepEqual([run.connected.state, run.connected.problem], ['connected', null])
    assert.deepEqual([run.connected.id, run.connected.by], [run.id, run.by])
  })

  test('learns what the neighbours hear, and changes nothing by a dry run', () => {
    const { look, dry } = run.said
    assert.deepEqual([look.outcome, look.answer?.med, toldBy(look)], ['accepted', null, [100]])
    assert.deepEqual([dry.outcome, dry.answer?.med, toldBy(dry), run.heardThen.afterDry], ['accepted', 200, [100], 100])
  })

  test('has a MED set that the neighbour hears, learns so when it confirms, and has it taken back', () => {
    const { prepared, confirmed, released } = run.said
    assert.deepEqual([prepared.outcome, toldBy(prepared), run.heardThen.set], ['accepted', [100], 200])
    assert.deepEqual([confirmed.outcome, toldBy(confirmed)], ['accepted', [200]])
    const [lease] = run.inForce
    assert.deepEqual(
      [lease?.prefix, lease?.interface, lease?.med, lease?.state],
      ['10.16.0.0/16', 'eth1', 200, 'confirmed'],
    )
    assert.deepEqual([released.outcome, run.heardThen.afterRelease], ['accepted', 100])
  })

  test('has nothing in force that it does not confirm, and is told so when it comes late', () => {
    assert.deepEqual(run.heardThen.unconfirmed, [500, 100])
    assert.equal(run.said.late.outcome, 'declined: STALE it was not confirmed in time')
  })

  test('may be killed: its lease ends by itself, its absence is shown, and once restarted it is connected again', () => {
    assert.deepEqual([run.heardThen.killedAt, run.heardThen.afterKill, run.leasesAfterKill], [200, 100, []])
    assert.equal(run.awayThen.state, 'away')
    assert.equal(run.lines.filter((line) => line === 'steering: the controller is connected').length, 2)
  })

  test('is told of a lease that is lost with the route, or with the session of the router', () => {
    assert.equal(run.said.gone.outcome, 'declined: STALE the router lost its own route')
    assert.equal(run.said.lost.outcome, 'declined: STALE the session with the router ended')
  })

  test('finds what was done to the router in the trace of its question, and in the record of the device', () => {
    const [traceId, asker] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
    const { spans, recorded } = run
    assert.ok(spans.every((span) => span.traceId === traceId))
    const talk = spans.find(({ name, parent }) => name === 'negotiate Congestion.MED' && parent === asker)
    const set = spans.find(({ name, parent }) => name === 'class.set' && parent === talk?.spanId)
    assert.ok(set !== undefined, JSON.stringify(spans))
    assert.deepEqual(recorded, [{ event: 'class.set', trace: `00-${traceId}-${set.spanId}-01` }])
  })

  test('does not keep the agent from ending', () => assert.ok(run.endedAfter < 5000, `after ${run.endedAfter} ms`))
})
