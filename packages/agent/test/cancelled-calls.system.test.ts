/** What is left of calls that were given up in the middle of their answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import type { Link } from '../src/link/link.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('more calls than a peer may have streams can be cancelled, and leave none', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup })
  server.serve('long', {
    async handle(exchange) {
      await exchange.send(Uint8Array.of(1))
      await new Promise((_, reject) => exchange.signal.addEventListener('abort', () => reject(new Error('given up'))))
    },
  })
  try {
    for (let number = 0; number < 300; number++) {
      const exchange = await caller.call('server', { protocol: 'long', head: new Uint8Array(0) })
      await exchange.end()
      const messages = exchange.messages({ acknowledge: 'manual' })
      await messages.next()
      exchange.cancel('not needed any more')
      await messages.return?.()
    }
    const links = [...caller.connected(), ...server.connected()]
    const open = (): number[] => links.map((link) => (link as Link).streamCount)
    assert.equal(links.length, 2)
    while (open().some((count) => count > 0)) await sleep(5)
    assert.deepEqual([caller.exchanges().length, server.exchanges().length], [0, 0])
  } finally {
    await Promise.all([caller.close(), server.close()])
  }
})
