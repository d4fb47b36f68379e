import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prometheusText } from '@vagus/signals'
import { negotiationMetrics } from '../../../src/resources/steering-metrics.ts'
import { AskProblem, type MedAsker, type MedPlace } from '../../../src/steering/approval/med-asker.ts'
import { TimedAsker } from '../../../src/steering/approval/timed-asker.ts'

const place: MedPlace = {
  device: 'pe-1',
  agent: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
  prefix: '10.16.0.0/16',
  interface: 'eth3',
  link: 'pe-1-tr-1',
  peerAs: 64600,
  load: { now: 900, predicted: 600 },
  confidence: 950,
  leaseMs: 600_000,
  plan: '00'.repeat(16),
}

/** Each call takes the next of `seconds`; one of `failing` is declined. */
function askerThat(seconds: readonly number[], failing: ReadonlySet<string> = new Set()) {
  let now = 0
  let calls = 0
  const taking = (what: 'look' | 'dryRun' | 'prepare' | 'confirm' | 'release') => async (): Promise<never> => {
    now += seconds[calls++ % seconds.length]! * 1000
    if (failing.has(what)) throw new AskProblem(what, place, 200, { code: 'BUSY', problem: 'it is in another lease' })
    return { med: 200, told: [], epoch: 1, accept() {}, decline() {} } as never
  }
  const asker: MedAsker = {
    connectedSince: () => 7,
    look: taking('look'),
    dryRun: taking('dryRun'),
    prepare: taking('prepare'),
    confirm: taking('confirm'),
    release: taking('release'),
  }
  return new TimedAsker(asker, () => now)
}

test('every negotiation is counted and timed, and its answer or problem passed on', async () => {
  const timed = askerThat([0.3, 0.1, 0.2], new Set(['confirm']))
  assert.deepEqual(timed.figures, { agreed: 0, failed: 0, took: [] })
  await timed.look(place)
  assert.equal((await timed.prepare(place, 200)).med, 200)
  await assert.rejects(timed.confirm(place, { med: 200, epoch: 1 }), { name: 'AskProblem', code: 'BUSY' })
  assert.deepEqual(timed.figures, { agreed: 2, failed: 1, took: [100, 200, 300] })
  assert.equal(timed.connectedSince('x'), 7)
})

test('times of the last ones alone are kept, and the counts of all', async () => {
  const timed = askerThat([1])
  for (let asked = 0; asked < 300; asked++) await timed.release(place)
  assert.deepEqual([timed.figures.agreed, timed.figures.took.length], [300, 256])
})

test('metrics have the counts, the median and the longest; none without an agent', async () => {
  const timed = askerThat([0.04, 0.05, 1.3], new Set(['dryRun']))
  await timed.look(place)
  await timed.release(place)
  await assert.rejects(timed.dryRun(place, 200))
  const lines = prometheusText(negotiationMetrics(timed.figures)).split('\n')
  for (const line of [
    'vagus_steering_negotiations_total{outcome="agreed"} 2',
    'vagus_steering_negotiations_total{outcome="failed"} 1',
    'vagus_steering_negotiation_seconds{quantile="0.5"} 0.05',
    'vagus_steering_negotiation_seconds{quantile="1"} 1.3',
  ])
    assert.ok(lines.includes(line), `${line} is not in ${lines.join('\n')}`)
  assert.deepEqual(negotiationMetrics(undefined), [])
})
