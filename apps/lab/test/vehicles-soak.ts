/** The scenario `vehicles` with MQTT beside it, longer, from several seeds: over Vagus no order is lost or comes twice. */
import assert from 'node:assert/strict'
import { vehicles } from '../src/index.ts'

export async function playVehicles(seeds: readonly number[], say: (line: string) => void): Promise<void> {
  for (const seed of seeds) {
    const { peers, incidents } = await vehicles({ seed, seconds: 120 })
    for (const [name, { orders, stops }] of Object.entries(peers))
      say(`seed ${seed}, ${incidents.length} incidents, ${name}: ${JSON.stringify({ orders, stops })}`)
    const { orders, stops, seen } = peers.vagus
    assert.deepEqual([orders.lost, orders.twice, orders.outOfOrder, stops.executedLate, stops.lost], [0, 0, 0, 0, 0])
    assert.equal(seen['announced-dead-spot'].moving, seen['announced-dead-spot'].incidents)
    assert.equal(seen['announced-dead-spot'].lost, 0)
  }
}
