/** Two agents over real sockets, one of them on a battery: packets at a router between them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { accessProfiles } from '@vagus/channel'
import { eventually } from '../../../../scripts/eventually.ts'
import { type EnergyOptions, openAgent } from '../../src/index.ts'
import { Forwarder } from '../forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from '../identities.ts'

const protocol = 'sensor'
/** Waits for little, so that the test does not wait long. */
const profile = { ...accessProfiles.wifi, awakeFor: 60, wakeMs: 0, wakePeriod: 0, beat: 20_000, holdAtMost: 3000 }

/** A server, and a client that reaches it through a router. */
async function connected(energy?: EnergyOptions) {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const [address = ''] = server.addresses()
  const router = await Forwarder.open(Number(new URL(address).port))
  const lookup = lookupOf(withAddresses(seeds, [`udp://127.0.0.1:${router.port}`]))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup, ...(energy && { energy }) })
  const accepted = server.connections().next()
  const connection = await client.connect('server')
  const { value: other } = await accepted
  const times: number[] = []
  router.drops = () => {
    times.push(performance.now())
    return false
  }
  // Further paths, limits, and how the radio sleeps.
  await sleep(300)
  await eventually('it is quiet', () => performance.now() - (times.at(-1) ?? 0) > 300)
  times.length = 0
  const close = async (): Promise<void> => {
    await client.close()
    await server.close()
    router.close()
  }
  return { connection, other: other!, times, close }
}

/** How often the radio of the client would have been woken by its own packets. */
const wakesIn = (times: readonly number[]): number =>
  times.filter((time, index) => index === 0 || time - times[index - 1]! >= profile.awakeFor).length

/** Telemetry every 100 ms for two seconds; wakes. */
async function telemetry(energy?: EnergyOptions): Promise<{ readonly wakes: number; readonly arrived: number }> {
  const { connection, other, times, close } = await connected(energy)
  try {
    let arrived = 0
    void (async () => {
      for await (const _ of other.datagrams(protocol)) arrived++
    })()
    for (let count = 0; count < 20; count++) {
      connection.sendDatagram(new Uint8Array(100), { protocol, class: 'telemetry' })
      await sleep(100)
    }
    const wakes = wakesIn(times)
    await eventually('all of it arrives', () => arrived === 20)
    return { wakes, arrived }
  } finally {
    await close()
  }
}

test('telemetry of an agent on a battery leaves together, and all of it arrives', async () => {
  const [held, atOnce] = await Promise.all([telemetry({ lo: { access: profile } }), telemetry()])
  assert.ok(held.wakes * 3 <= atOnce.wakes, `${held.wakes} wakes, ${atOnce.wakes} at once`)
})

test('urgent content takes what waits with it, from both sides, and the figures are told', async () => {
  const { connection, other, close } = await connected({ lo: { access: profile } })
  try {
    const arrived: string[] = []
    const listen = async (at: string, from: typeof connection): Promise<void> => {
      for await (const { octets } of from.datagrams(protocol)) arrived.push(`${at} ${octets.length}`)
    }
    void listen('server', other)
    void listen('client', connection)
    for (let tries = 0; tries < 10; tries++) {
      arrived.length = 0
      connection.sendDatagram(new Uint8Array(1), { protocol, class: 'telemetry' })
      other.sendDatagram(new Uint8Array(2), { protocol, class: 'bulk' })
      await sleep(300)
      if (arrived.length === 0) break
      await eventually('both arrive', () => arrived.length === 2) // something else woke the radio: again
    }
    assert.deepEqual(arrived, [], 'nothing wakes the radio')
    connection.sendDatagram(new Uint8Array(3), { protocol, class: 'call' })
    await eventually('all three arrive', () => arrived.length === 3)
    assert.deepEqual(new Set(arrived), new Set(['client 2', 'server 1', 'server 3']))
    const { network, access, own, atOnce } = connection.paths().find(({ primary }) => primary)!.radio!
    assert.deepEqual([network, access], ['lo', 'own'])
    assert.ok(own.wakes > 0 && atOnce.wakes > 0 && own.joules > 0, `${own.wakes} and ${atOnce.wakes}`)
    assert.ok(other.paths().every(({ radio }) => radio === undefined))
  } finally {
    await close()
  }
})
