/** A peer whose greeting has another layout: of another version, or broken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hub } from '../src/hub.ts'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test(
  'a call to an agent of another version ends with what to do, although the session was up',
  { timeout: 10_000 },
  async () => {
    const seeds = newSeeds('server')
    const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
    const lookup = lookupOf(withAddresses(seeds, server.addresses()))
    const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup, resumption: 'never' })
    try {
      assert.ok(server instanceof Hub)
      const before = await client.connect('server') // from now on it knows the credentials that come after a greeting
      await before.close()
      server.greeting = () => Buffer.alloc(24, 0xff)
      server.serve('echo', { handle: async () => assert.fail('it was executed') })
      const call = await client.call('server', { protocol: 'echo', head: new Uint8Array(0) })
      await assert.rejects(call.messages().next(), { code: 'other-version', message: /another version.*update/ })
      assert.equal(await call.over, 'other-version')
    } finally {
      await client.close()
      await server.close()
    }
  },
)
