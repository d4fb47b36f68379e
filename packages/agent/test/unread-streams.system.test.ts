import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, openAgent } from '../src/index.ts'
import { windows } from '../src/link/link-limits.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('a stream that is not read holds its writer back, and nobody else', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  const unread: Duplex[] = []
  const serve = async (connection: Connection): Promise<void> => {
    for await (const { stream } of connection.streams('log')) unread.push(stream)
  }
  const echo = async (connection: Connection): Promise<void> => {
    for await (const { stream } of connection.streams('echo')) stream.pipe(stream)
  }
  const serving = (async () => {
    for await (const connection of server.connections()) void [serve(connection), echo(connection)]
  })()
  try {
    const connection = await client.connect('server')
    const written = await Promise.all(Array.from({ length: 5 }, () => fill(connection.openStream({ protocol: 'log' }))))
    for (const octets of written)
      assert.ok(octets < 2 * windows.streamWindow + windows.streamBuffer, `${octets} octets`)
    for (const { readableLength, readableHighWaterMark } of unread)
      assert.ok(readableLength < 2 * readableHighWaterMark, `${readableLength} octets`)
    const other = connection.openStream({ protocol: 'echo' })
    other.write('hello')
    const [answer] = (await once(other, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer]
    assert.equal(answer.toString(), 'hello')
    unread[0]!.resume()
  } finally {
    await client.close()
    await server.close()
    await serving
  }
})

/** Writes until nothing is taken for half a second, and returns how much was. */
async function fill(stream: Duplex): Promise<number> {
  stream.on('error', () => undefined)
  const chunk = new Uint8Array(65_536)
  for (let octets = chunk.length; ; octets += chunk.length) {
    if (stream.write(chunk)) continue
    const drained = await Promise.race([once(stream, 'drain'), sleep(500, 'held back')])
    if (drained === 'held back') return octets
  }
}
