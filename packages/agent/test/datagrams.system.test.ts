import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('a datagram of the greatest length arrives under the longest protocol name, and no longer name is taken', async () => {
  const seeds = newSeeds('server')
  const listen = ['udp://127.0.0.1:0']
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const accepted = server.connections().next()
    const connection = await client.connect('server')
    const protocol = 'p'.repeat(64)
    const octets = new Uint8Array(connection.maxDatagramOctets).fill(7)
    assert.ok(connection.sendDatagram(octets, { protocol }))
    assert.ok(!connection.sendDatagram(new Uint8Array(octets.length + 1), { protocol }), 'there is no room left')
    const { value: incoming } = await (await accepted).value!.datagrams(protocol).next()
    assert.deepEqual([incoming?.octets.length, incoming?.octets.at(-1)], [1200 - 109, 7])

    const longer = { protocol: `${protocol}p` }
    assert.throws(() => connection.sendDatagram(octets, longer), /"protocol" must have 1\.\.64 octets, got 65/)
    assert.throws(() => connection.openStream(longer), /"protocol" must have 1\.\.64 octets, got 65/)
  } finally {
    await client.close()
    await server.close()
  }
})
