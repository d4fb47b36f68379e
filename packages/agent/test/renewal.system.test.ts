import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('a session whose handshake shows a document that is renewed before anybody asks for it comes about', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const forwarder = await Forwarder.open(Number(new URL(server.addresses()[0]!).port))
  const listed = withAddresses(seeds, [`udp://127.0.0.1:${forwarder.port}`])
  const own = newSeeds('caller')
  const caller = await openAgent({ identity: identityOf(own), lookup: lookupOf(listed) })
  try {
    forwarder.isCut = true // the hello is on its way
    const connecting = caller.connect('server')
    await sleep(100)
    caller.renew(identityOf(withAddresses(own, ['udp://127.0.0.1:9'])))
    forwarder.isCut = false
    await connecting
    const { value: connection } = await server.connections().next()
    assert.equal(connection?.peer.identity.id, caller.id)
  } finally {
    await Promise.all([caller.close(), server.close()])
    forwarder.close()
  }
})
