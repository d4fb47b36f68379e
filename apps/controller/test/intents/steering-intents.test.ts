import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import type { Intent } from '@vagus/intent'
import { createDirectory } from '../../src/domain/directory.ts'
import { configuredPlaces } from '../../src/intents/intent-places.ts'
import { IntentOrders } from '../../src/intents/intent-orders.ts'
import { SteeringIntents } from '../../src/intents/steering-intents.ts'
import { bordersOf } from '../../src/steering/borders.ts'
import { SteeringDesk } from '../../src/steering/steering-desk.ts'
import { borderConfig } from '../steering/border-config.ts'
import { Scene } from '../steering/scene.ts'
import { intentOf, setOf } from '../support/intent-set.ts'

const config = configSchema.parse(borderConfig())
const [border] = bordersOf(createDirectory(config))
const { neighbours: _, ...places } = configuredPlaces(config)
const freeze = intentOf('launch', { type: 'freeze' }, { scope: { borders: ['transit'] } })
const pin = (enters: 'only' | 'never', ...over: string[]) =>
  intentOf('keep-office', { type: 'pin', prefix: '10.1.0.0/16', enters, over })

/** A scene whose desk and approvals obey these. */
function obeying(scene: Scene, intents: readonly Intent[], isObeyed = true): SteeringIntents {
  const set = setOf(scene.now, { epoch: 1, intents, places })
  const orders = new IntentOrders({ isObeyed: () => isObeyed, set: () => set, rolesOf: () => [], now: () => scene.now })
  const steering = new SteeringIntents({ orders, movesLastHour: () => 0 })
  scene.desk = new SteeringDesk({ ...scene.parts(), intents: steering })
  return steering
}

describe('intents and proposals', () => {
  test('a pinned prefix is not proposed, another is, and the proposal says by which intent', async () => {
    const scene = new Scene()
    scene.rates['factory'] = [30e6, 2e6]
    scene.rates['office'] = [55e6, 0]
    obeying(scene, [pin('only', 'tr-1')])
    await scene.steps(2)
    const { moves, rejected, intents } = scene.proposal!
    assert.deepEqual(
      moves.map(({ prefix }) => prefix),
      ['10.9.0.0/16'],
    )
    assert.match(
      rejected.find(({ move }) => move.prefix === '10.1.0.0/16')!.because,
      /^intent "keep-office" keeps it off tr-2$/,
    )
    assert.deepEqual(intents, [{ intent: 'keep-office', effect: '10.1.0.0/16 is not moved from tr-1' }])
  })

  test('a link is relieved from the load on that an intent keeps it below, which the proposal says', async () => {
    const scene = new Scene()
    scene.rates['office'] = [10e6, 0]
    obeying(scene, [intentOf('cool', { type: 'keep-below', percent: 40, forMs: 60_000 })])
    await scene.steps(2)
    const { because, intents, expected } = scene.proposal!
    assert.deepEqual(
      because.map(({ link, threshold, basis }) => [link, threshold, basis]),
      [['tr-1', 40e6, 'intent']],
    )
    const [one, other] = ['tr-1', 'tr-2'].map((name) => expected.find(({ link }) => link === name)!)
    assert.ok(one!.after < one!.before && other!.after < 40e6)
    assert.deepEqual(intents, [{ intent: 'cool', effect: 'tr-1 is to stay below 40 % of its capacity' }])
  })

  test('a freeze lets proposals be made, and refuses their approval with its window', async () => {
    const scene = new Scene()
    const until = scene.now + 3_600_000
    const steering = obeying(scene, [{ ...freeze, when: { until } }])
    await scene.steps(2)
    const refused = steering.refusal(border!, scene.proposal!, 3_600_000)
    assert.equal(refused, 'pe-1: intent "launch" until 2026-11-26T04:00:00Z: no MED is set')
    scene.now = until
    assert.equal(steering.refusal(border!, scene.proposal!, 3_600_000), undefined)
  })

  test('bounds refuse a longer lease, and say the longest', async () => {
    const scene = new Scene()
    const steering = obeying(scene, [intentOf('short', { type: 'bounds', steering: { leaseMs: 600_000 } })])
    await scene.steps(2)
    assert.equal(steering.longestLease(scene.proposal!), 600_000)
    assert.match(steering.refusal(border!, scene.proposal!, 3_600_000)!, /intent "short": a lease/)
    assert.equal(steering.refusal(border!, scene.proposal!, 600_000), undefined)
  })

  test('where nobody is obeyed nothing is bound; where a set is expected and none holds nothing is approved', async () => {
    const scene = new Scene()
    const free = obeying(scene, [freeze], false)
    await scene.steps(2)
    assert.equal(free.refusal(border!, scene.proposal!, 60_000), undefined)
    const late = obeying(scene, [])
    scene.now += 91 * 86_400_000
    assert.match(late.refusal(border!, scene.proposal!, 60_000)!, /expired at .*nothing new begins/)
  })
})
