/** What an agent does with first messages of anybody. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hybridSuite, Initiator } from '@vagus/channel'
import { channelCrypto, dhKeyOf, type HostRoute, newDhKey, newKemKey, randomOctets } from '@vagus/transport'
import { type Begun, IncomingHandshakes } from '../src/incoming-handshakes.ts'
import { KnownPeers } from '../src/known-peers.ts'
import { noPeerStore } from '../src/newest-documents.ts'
import { OwnSide } from '../src/own-side.ts'
import { Tickets } from '../src/tickets.ts'
import { identityOf, newSeeds } from './identities.ts'

const identity = identityOf(newSeeds('server'))
const own = new OwnSide(identity, new KnownPeers(noPeerStore))
const begun: Begun[] = []
const incoming = new IncomingHandshakes(own, new Tickets(), (one) => {
  begun.push(one)
  return { isOver: false, giveUp: () => undefined }
})
after(() => incoming.close())

const sent: Uint8Array[] = []
const route: HostRoute = {
  kind: 'datagram',
  transport: 'udp',
  maxOctets: 1200,
  cost: 1,
  queued: 0,
  local: '',
  remote: '',
  source: randomOctets(6),
  send: (packet) => void sent.push(packet.slice()),
  close: () => undefined,
}

const initiator = (connectionId: Uint8Array, to: 'known' | 'unknown'): Initiator =>
  new Initiator({
    crypto: channelCrypto,
    static: dhKeyOf(randomOctets(32)),
    ephemeral: newDhKey(),
    kem: newKemKey(),
    connectionId,
    suites: [hybridSuite],
    ...(to === 'known' && { remoteStatic: identity.static.publicKey }),
    context: new Uint8Array(0),
    payload: new Uint8Array(33),
  })

test('a hello under the connection id of another one gets its own answer, and takes none away', () => {
  const id = randomOctets(8)
  const [quick, honest] = [initiator(id, 'known'), initiator(id, 'known')]
  for (const { hello } of [quick, honest, honest]) incoming.hello(route, hello)
  assert.equal(begun.length, 2)
  const [toQuick, toHonest, again] = sent.splice(0)
  assert.equal(quick.receive(toQuick!).type, 'established')
  assert.deepEqual(again, toHonest, 'the same hello gets the same answer')
  assert.equal(honest.receive(toHonest!).type, 'established')
})

test('what was answered to an address that is not proven is told to the session, which has the rest of three times', () => {
  const { hello } = initiator(randomOctets(8), 'known')
  incoming.hello(route, hello)
  assert.deepEqual(begun.at(-1)!.address, { received: hello.length, sent: sent.splice(0)[0]!.length })
})

test('a hello of who does not know whom it calls costs no key', () => {
  const keys = own.keys.dhKey.bind(own.keys)
  let taken = 0
  own.keys.dhKey = () => {
    taken++
    return keys()
  }
  incoming.hello(route, initiator(randomOctets(8), 'unknown').hello)
  assert.equal(taken, 0)
  incoming.hello(route, initiator(randomOctets(8), 'known').hello)
  assert.equal(taken, 1)
  assert.equal(sent.splice(0).length, 1)
})
