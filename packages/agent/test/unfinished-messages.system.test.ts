import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeLine } from '../src/exchange/exchange-line.ts'
import { openAgent } from '../src/index.ts'
import { unfinishedLimits } from '../src/exchange/unfinished-messages.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const MiB = 2 ** 20

test('more long messages at once than may be unfinished all arrive, each once', async (t) => {
  const before = { ...unfinishedLimits }
  Object.assign(unfinishedLimits, { ofOne: 3 * MiB })
  const broken = t.mock.method(ExchangeLine.prototype, 'break')
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['tcp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  let octetsServed = 0
  server.serve('echo', {
    async handle(exchange) {
      for await (const { octets } of exchange.messages()) {
        octetsServed += octets.length
        await exchange.send(octets)
      }
    },
  })
  try {
    const echo = async (): Promise<number> => {
      const exchange = await client.call('server', { protocol: 'echo', head: new Uint8Array(0) })
      await exchange.send(new Uint8Array(2 * MiB))
      await exchange.end()
      let octetsBack = 0
      for await (const { octets } of exchange.messages()) octetsBack += octets.length
      return octetsBack
    }
    const back = await Promise.all(Array.from({ length: 6 }, echo))
    assert.deepEqual(
      back,
      back.map(() => 2 * MiB),
    )
    assert.equal(octetsServed, 12 * MiB)
    assert.ok(broken.mock.callCount() > 0)
  } finally {
    Object.assign(unfinishedLimits, before)
    await client.close()
    await server.close()
  }
})
