import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { vehicles } from '../src/index.ts'
import { incidentKinds } from '../src/vehicles/schedule.ts'

describe('the scenario vehicles', { skip: needs('netns', 'frr') }, () => {
  test('vehicles that change cells and drive through dead spots get each order once and in order, and execute no stop too late', async (context) => {
    const noMqtt = needs('mosquitto')
    if (noMqtt !== false) context.diagnostic(`without MQTT beside it: ${noMqtt}`)
    const { peers, incidents } = await vehicles({
      vehicles: 2,
      seconds: 5,
      longestDeadSpot: 600,
      seed: 2316, // one incident of each kind
      peers: noMqtt === false ? 'all' : 'vagus',
    })
    const { orders, stops, octets, radios, seen } = peers.vagus
    assert.ok(orders.given > 0 && stops.given > 0 && octets > 0)
    assert.deepEqual(orders, { given: orders.given, arrived: orders.given, lost: 0, twice: 0, outOfOrder: 0 })
    assert.deepEqual([stops.met + stops.refused, stops.executedLate, stops.lost], [stops.given, 0, 0])
    assert.deepEqual(incidents.map(({ kind }) => kind).toSorted(), incidentKinds.toSorted())
    assert.equal(seen['announced-dead-spot'].moving, 1)
    if (noMqtt === false) {
      // What it loses is its own affair: here it must only have been there.
      for (const peer of [peers.qos0!, peers.qos2!]) assert.ok(peer.orders.arrived > 0 && peer.octets > 0)
      assert.equal(peers.qos2!.stops.refused, 0)
    }
    for (const { wlan0, wwan0 } of radios) assert.ok(wlan0.busyMs > 0 && wwan0.busyMs > 0)
  })
})
