import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hub } from '../src/hub.ts'
import { type Lookup, openAgent } from '../src/index.ts'
import { Link } from '../src/link/link.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('beside a connection that is silent one other is tried at a time, however often its silence is told', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const listed = lookupOf(withAddresses(seeds, server.addresses()))
  let asked = 0
  const lookup: Lookup = {
    find(name, options) {
      asked++
      return listed.find(name, options)
    },
  }
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const link = await client.connect('server')
    assert.ok(client instanceof Hub && link instanceof Link)
    Object.defineProperty(link, 'isSilent', { value: true })
    asked = 0
    for (let time = 0; time < 5; time++) client.silent(link)
    await sleep(50)
    assert.equal(asked, 1)
    await link.closed
    const another = await client.connect('server')
    assert.notEqual(another, link)
  } finally {
    await client.close()
    await server.close()
  }
})
