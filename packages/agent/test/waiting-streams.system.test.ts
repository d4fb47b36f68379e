import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import type { TrafficClass } from '@vagus/channel'
import { eventually } from '../../../scripts/eventually.ts'
import { openAgent } from '../src/index.ts'
import { windows } from '../src/link/link-limits.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('streams that the other side does not allow yet are opened when it allows more, the most urgent first', async () => {
  const seeds = newSeeds('server')
  const listen = ['udp://127.0.0.1:0']
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const arrived: TrafficClass[] = []
    const serve = async (): Promise<void> => {
      for await (const connection of server.connections())
        for await (const { stream, class: trafficClass } of connection.streams('echo')) {
          arrived.push(trafficClass)
          stream.resume()
          stream.on('end', () => stream.end())
        }
    }
    const serving = serve()
    const connection = await client.connect('server')
    const open = (count: number, trafficClass: TrafficClass): Duplex[] =>
      Array.from({ length: count }, () => {
        const stream = connection.openStream({ protocol: 'echo', class: trafficClass })
        stream.write('hello')
        return stream.resume()
      })
    const first = open(windows.peerStreams, 'call')
    open(20, 'telemetry')
    open(5, 'safety')
    const until = async (count: number): Promise<void> => {
      await eventually(`${count} arrived`, () => arrived.length >= count, { seconds: 20, every: 5 })
      assert.equal(arrived.length, count)
    }
    await until(windows.peerStreams)
    for (const stream of first.splice(0, 5)) stream.end()
    await until(windows.peerStreams + 5)
    assert.deepEqual(
      arrived.slice(-5),
      Array.from({ length: 5 }, () => 'safety'),
    )
    for (const stream of first) stream.end()
    await until(windows.peerStreams + 25)
    await client.close()
    await server.close()
    await serving
  } finally {
    await client.close()
    await server.close()
  }
})

test('streams of protocols that nobody serves are broken off when there are too many of those', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const connection = await client.connect('server')
    const [first, ...others] = Array.from({ length: 65 }, (_, odd) => {
      const stream = connection.openStream({ protocol: `odd ${odd}` })
      stream.write('hello')
      stream.resume()
      return stream
    })
    await assert.rejects(once(first!, 'close', { signal: AbortSignal.timeout(10_000) }), { code: 'cancelled' })
    assert.ok(others.every(({ destroyed }) => !destroyed))
  } finally {
    await client.close()
    await server.close()
  }
})
