import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backlogLimits } from '../src/link/backlogs.ts'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const MiB = 2 ** 20

test('who fills streams that nobody serves loses the session, and nobody else does', async () => {
  const before = { ...backlogLimits }
  Object.assign(backlogLimits, { ofAll: 3 * MiB, between: MiB })
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['tcp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const [busy, good] = await Promise.all(
    ['busy', 'good'].map((name) => openAgent({ identity: identityOf(newSeeds(name)), lookup })),
  )
  server.serve('echo', {
    async handle(exchange) {
      for await (const { octets } of exchange.messages()) await exchange.send(octets)
    },
  })
  try {
    const exchange = await good!.call('server', { protocol: 'echo', head: new Uint8Array(0) })
    const answers = exchange.messages()
    await exchange.send(Uint8Array.of(1))
    assert.equal((await answers.next()).value?.octets.length, 1)
    const kept = await good!.connect('server')
    const connection = await busy!.connect('server')
    for (let count = 0; count < 8; count++) {
      const stream = connection.openStream({ protocol: 'nobody serves this' })
      stream.write(new Uint8Array(MiB))
    }
    assert.match(await connection.closed, /octets of its streams are unread here/)
    await exchange.send(new Uint8Array(2 * MiB))
    assert.equal((await answers.next()).value?.octets.length, 2 * MiB)
    assert.equal(await good!.connect('server'), kept)
  } finally {
    Object.assign(backlogLimits, before)
    await Promise.all([busy!.close(), good!.close()])
    await server.close()
  }
})
