import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { credentialsDigest, encodeCredentials, type SessionEvent } from '@vagus/channel'
import { identityCrypto, randomOctets } from '@vagus/transport'
import { Hub } from '../src/hub.ts'
import { openAgent } from '../src/index.ts'
import { Link } from '../src/link/link.ts'
import { noticeKind } from '../src/link/notice.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('a stranger who shows other credentials than it named makes nobody keep them', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    assert.ok(client instanceof Hub && server instanceof Hub)
    const others = ['a.b.c', 'd.e.f'].map((document) =>
      encodeCredentials({ document, rootDocument: '', delegations: [] }),
    )
    client.own.shown = [...others, ...client.own.shown]
    const connections = server.connections()
    await client.connect('server')
    await connections.next()
    for (const other of others) {
      const digest = credentialsDigest(other, identityCrypto)
      assert.equal(server.own.known.verify(digest, randomOctets(32), Date.now(), server.id), 'unseen')
    }
  } finally {
    await client.close()
    await server.close()
  }
})

test('an agent shows its credentials once in a session, however often it is asked', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity: identityOf(newSeeds('client')), lookup })
  try {
    const link = await client.connect('server')
    assert.ok(link instanceof Link)
    let shown = 0
    const happened = link.happened.bind(link)
    link.happened = (event: SessionEvent): void => {
      if (event.type === 'notice' && event.kind === noticeKind.credentials) shown++
      happened(event)
    }
    for (let time = 0; time < 50; time++) link.runner.session.notify(noticeKind.wanted, new Uint8Array(0))
    link.runner.wake()
    await sleep(300)
    assert.ok(shown <= 1, `${shown} times`)
  } finally {
    await client.close()
    await server.close()
  }
})
