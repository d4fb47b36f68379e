import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'
import { interfaces } from './interfaces.ts'

test('an interface that comes and goes all the time keeps nobody from connecting over another one', async () => {
  interfaces.table = {}
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const forwarder = await Forwarder.open(Number(new URL(server.addresses()[0]!.replace('udp:', 'http:')).port))
  const listed = withAddresses(seeds, [`udp://127.0.0.1:${forwarder.port}`])
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup: lookupOf(listed) })
  try {
    forwarder.held = []
    const connecting = client.connect('server')
    connecting.catch(() => undefined) // said below, where it matters
    while (forwarder.held.length === 0) await sleep(5)
    for (let change = 0; change < 20; change++) {
      interfaces.table = change % 2 === 0 ? { docker0: ['172.17.0.1'] } : {}
      client.networkChanged()
      await sleep(5)
    }
    // Of what the client sent: a message that is repeated is the same one.
    assert.equal(new Set(forwarder.seen.map((message) => message.toString('hex'))).size, 1)
    forwarder.release()
    await connecting
  } finally {
    await client.close()
    await server.close()
    forwarder.close()
  }
})

test('of an agent with many addresses those that have room for few get both kinds of each', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `br${index}`)
  interfaces.table = Object.fromEntries(names.map((name, index) => [name, [`172.${16 + index}.0.1`]]))
  const listen = ['udp://0.0.0.0:0', 'tcp://0.0.0.0:0']
  const agent = await openAgent({ identity: identityOf(newSeeds('many')), lookup: lookupOf(), listen })
  try {
    const addresses = agent.addresses()
    assert.equal(addresses.length, 12)
    const kinds = addresses.slice(0, 8).map((address) => address.slice(0, address.lastIndexOf(':')))
    const wanted = names
      .slice(0, 4)
      .flatMap((_, index) => ['udp', 'tcp'].map((kind) => `${kind}://172.${16 + index}.0.1`))
    assert.deepEqual(kinds, wanted)
  } finally {
    await agent.close()
  }
})

test('an agent that got another address tells it to its peers, which reach it there when the known one falls silent', async () => {
  interfaces.table = { eth0: ['127.0.0.1'] }
  const seeds = newSeeds('server')
  const server = await openAgent({
    identity: identityOf(seeds),
    lookup: lookupOf(),
    listen: ['udp://0.0.0.0:0'],
  })
  const [later] = server.addresses()
  const forwarder = await Forwarder.open(Number(later!.slice(later!.lastIndexOf(':') + 1)))
  const listed = withAddresses(seeds, [`udp://127.0.0.1:${forwarder.port}`])
  interfaces.table = {}
  server.networkChanged()
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup: lookupOf(listed) })
  try {
    const connection = await client.connect('server')
    interfaces.table = { eth0: ['127.0.0.1'] }
    server.networkChanged()
    await sleep(1200) // the notice of the second change is under way
    forwarder.isCut = true
    for await (const event of connection.events()) if (event.event === 'path.switched' && event.to !== undefined) break
    const primary = connection.paths().find((path) => path.primary)
    assert.equal(primary!.remote, later)
  } finally {
    await client.close()
    await server.close()
    forwarder.close()
  }
})
