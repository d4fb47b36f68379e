import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { Hub } from '../src/hub.ts'
import { memoryStore } from '../src/journal/journal-store.ts'
import { KnownPeers } from '../src/peers/known-peers.ts'
import { OwnSide } from '../src/handshake/own-side.ts'
import { identityOf, newSeeds } from './identities.ts'

test('an agent that is closed on a full disk says so, and gives its sockets back', async () => {
  const identity = identityOf(newSeeds('full'))
  const store = {
    ...memoryStore(),
    append() {
      throw new Error('database or disk is full')
    },
  }
  const nobody = { find: () => Promise.resolve([]) }
  const hub = new Hub(new OwnSide(identity, new KnownPeers()), store, { identity, lookup: nobody })
  await hub.start(['udp://127.0.0.1:0'], [])
  const [address] = hub.addresses()
  const call = hub.call('nobody', { protocol: 'test', head: new Uint8Array(0) })
  call.catch(() => undefined)
  await assert.rejects(hub.close(), /full/)
  await assert.rejects(call)
  const socket = createSocket('udp4')
  socket.bind({ address: '127.0.0.1', port: Number(address!.split(':').at(-1)), exclusive: true })
  await once(socket, 'listening')
  socket.close()
})
