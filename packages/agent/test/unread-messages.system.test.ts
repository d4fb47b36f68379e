import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import { openAgent } from '../src/index.ts'
import { UnreadMessages, unreadLimits } from '../src/exchange/unread-messages.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const MiB = 2 ** 20

test('of messages that no handler reads a limit is kept, the one that is waited for comes, and in the end all do', async (t) => {
  const before = { ...unreadLimits }
  Object.assign(unreadLimits, { ofOne: 5 * MiB })
  const grow = t.mock.method(UnreadMessages.prototype, 'grow')
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['tcp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  const mayRead = Promise.withResolvers<void>()
  const begun: unknown[] = []
  server.serve('busy', {
    async handle(exchange) {
      begun.push(exchange)
      if (exchange.head.length === 0) await mayRead.promise
      for await (const { octets } of exchange.messages()) await exchange.send(Uint8Array.of(octets.length / MiB))
    },
  })
  try {
    const ask = async (head: Uint8Array): Promise<readonly number[]> => {
      const exchange = await client.call('server', { protocol: 'busy', head })
      await exchange.send(new Uint8Array(2 * MiB))
      await exchange.end()
      const answers: number[] = []
      for await (const { octets } of exchange.messages()) answers.push(octets[0]!)
      return answers
    }
    const unread = Array.from({ length: 6 }, () => ask(new Uint8Array(0)))
    const mostUnread = (): number => {
      let unreadNow = 0
      return Math.max(0, ...grow.mock.calls.map((call) => (unreadNow += call.arguments[1])))
    }
    await eventually('all have begun', () => begun.length === 6)
    await eventually('messages wait', () => mostUnread() > 4 * MiB)
    await sleep(500)
    assert.deepEqual(await ask(Uint8Array.of(1)), [2], 'it is waited for')
    assert.ok(mostUnread() < 7.1 * MiB, `${mostUnread()} octets`)
    mayRead.resolve()
    for (const answers of await Promise.all(unread)) assert.deepEqual(answers, [2], 'each came once')
  } finally {
    Object.assign(unreadLimits, before)
    await client.close()
    await server.close()
  }
})
