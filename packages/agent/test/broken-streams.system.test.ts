/** What is left of streams that were broken off when all that they had said was there already. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

for (const [what, reads] of [
  ['a peer that reads them', true],
  ['a peer that reads none', false],
] as const) {
  test(`more streams than a peer may have can be broken off one after the other, with ${what}`, async () => {
    const seeds = newSeeds('server')
    const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
    const lookup = lookupOf(withAddresses(seeds, server.addresses()))
    const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
    const answer = async (): Promise<void> => {
      for await (const connection of server.connections())
        for await (const { stream } of connection.streams('hello')) {
          if (reads) stream.resume()
          stream.write('hello')
        }
    }
    const answering = answer()
    try {
      const connection = await client.connect('server')
      for (let number = 0; number < 300; number++) {
        const stream = connection.openStream({ protocol: 'hello' })
        stream.write('hi')
        await once(stream, 'data')
        stream.destroy()
      }
      const both = [connection, ...server.connected()]
      while (both.some(({ streamCount }) => streamCount > 0)) await sleep(5)
      assert.equal(both.length, 2)
    } finally {
      await Promise.all([client.close(), server.close()])
    }
    await answering
  })
}
