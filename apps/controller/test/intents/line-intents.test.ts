/** What intents leave of the network to private lines. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Intent } from '@vagus/intent'
import { configuredPlaces } from '../../src/intents/intent-places.ts'
import { IntentOrders } from '../../src/intents/intent-orders.ts'
import { openNetwork } from '../../src/intents/line-intents.ts'
import { intentOf, setOf } from '../support/intent-set.ts'
import { request, Scene } from '../lines/scene.ts'

const hour = 3_600_000

function obeying(scene: Scene, ...intents: Intent[]): void {
  const { neighbours: _, ...places } = configuredPlaces(scene.config)
  const set = setOf(scene.now, { epoch: 1, intents, places })
  const orders = new IntentOrders({ isObeyed: () => true, set: () => set, rolesOf: () => [], now: () => scene.now })
  scene.open = (network, at) => openNetwork(orders, network, at)
}
const detail = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was refused'
}
const freeze = (scope: Intent['scope'], until: number): Intent =>
  intentOf('launch', { type: 'freeze' }, { scope, when: { until }, because: 'launch of 12.4' })

describe('an order of a line', () => {
  test('is refused within a freeze, with the end of its window, of whoever it is', () => {
    const scene = new Scene()
    const until = scene.now + hour
    obeying(scene, freeze({}, until))
    const because = /intent "launch" until 2026-11-28T04:00:00Z: no line begins \(launch of 12\.4\)/
    assert.match(
      detail(() => scene.desk.order(request, undefined)),
      because,
    )
    assert.match(scene.desk.quote(request).because, because)
    scene.bound({})
    scene.join('did:key:writer', 'writer', 'dc-east')
    const order = { key: 'k1', from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '10m' }
    assert.match(
      detail(() => scene.agents.order('did:key:writer', order)),
      because,
    )
  })

  test('for after the freeze is booked; what is there goes on within it and may be prolonged, but is not laid anew', async () => {
    const scene = new Scene()
    const line = await scene.ordered({ for: '30m' })
    assert.equal(line.state, 'active')
    obeying(scene, freeze({}, scene.now + hour))
    const start = new Date(scene.now + hour).toISOString()
    assert.equal(scene.desk.order({ ...request, start }, undefined).line.state, 'booked')
    const end = new Date(scene.now + 2 * hour).toISOString()
    assert.equal((await scene.desk.change(line.id, { end }))?.end, end)
    scene.down.add('r1-r2')
    await scene.seconds(6)
    assert.deepEqual([scene.line().state, scene.line().moves], ['active', 0])
    assert.match(scene.line().because, /it stays, though r1-r2 is down: r1: intent "launch" until .*: no line begins/)
    await assert.rejects(scene.desk.change(line.id, { bitsPerSecond: 30e6 }), /intent "launch".*goes on as it was/)
  })

  test('goes round a link where a freeze holds', async () => {
    const scene = new Scene()
    obeying(scene, freeze({ links: ['r1-r2'] }, scene.now + hour))
    const { path } = await scene.ordered()
    assert.deepEqual(
      path?.hops.map(({ link }) => link),
      ['r1-r3', 'r3-r4'],
    )
  })

  test('has what bounds leave of links, and is refused beyond with the intent and what would be possible', () => {
    const scene = new Scene()
    obeying(scene, intentOf('little', { type: 'bounds', lines: { sharePercent: 10 } }))
    assert.equal(scene.desk.quote({ ...request, bitsPerSecond: 9e6 }).possible, true)
    const refused = scene.desk.quote({ ...request, bitsPerSecond: 12e6 })
    assert.match(refused.because, /intent "little" leaves lines 10 % of r\d eth\d/)
    assert.match(refused.alternative!, /9\.\d+ Mbit\/s is possible/)
  })

  test('that is too much anyway is refused for that', () => {
    const scene = new Scene()
    obeying(scene, freeze({ links: ['r1-r2'] }, scene.now + hour))
    assert.match(scene.desk.quote({ ...request, bitsPerSecond: 500e6 }).because, /^every path from dc-east to dc-west/)
  })
})
