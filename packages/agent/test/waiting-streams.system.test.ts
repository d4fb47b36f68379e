import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('streams that the other side does not allow yet are opened when it allows more', async () => {
  const seeds = newSeeds('server')
  const listen = ['udp://127.0.0.1:0']
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const arrived: unknown[] = []
    const serve = async (): Promise<void> => {
      for await (const connection of server.connections())
        for await (const { stream } of connection.streams('echo')) {
          arrived.push(stream)
          stream.resume()
          stream.on('end', () => stream.end())
        }
    }
    const serving = serve()
    const connection = await client.connect('server')
    const streams = Array.from({ length: 300 }, () => connection.openStream({ protocol: 'echo' }))
    for (const stream of streams) {
      stream.write('hello')
      stream.resume()
    }
    while (arrived.length < 256) await sleep(5)
    for (const stream of streams.slice(0, 256)) stream.end()
    const deadline = Date.now() + 10_000
    while (arrived.length < 300 && Date.now() < deadline) await sleep(5)
    assert.equal(arrived.length, 300)
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
