/** What an agent does with first messages of anybody. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hybridSuite, Initiator } from '@vagus/channel'
import { channelCrypto, dhKeyOf, type HostRoute, newDhKey, newKemKey, randomOctets } from '@vagus/transport'
import type { Begun } from '../src/handshake/begun.ts'
import { IncomingHandshakes } from '../src/handshake/incoming-handshakes.ts'
import { KnownPeers } from '../src/peers/known-peers.ts'
import { noPeerStore } from '../src/peers/newest-documents.ts'
import { OwnSide } from '../src/handshake/own-side.ts'
import { Tickets } from '../src/handshake/tickets.ts'
import { identityOf, newSeeds } from './identities.ts'

const identity = identityOf(newSeeds('server'))
const own = new OwnSide(identity, new KnownPeers(noPeerStore))
const begun: Begun[] = []
const incoming = new IncomingHandshakes(own, new Tickets(), (one) => {
  begun.push(one)
  return { serial: begun.length, isOver: false, giveUp: () => undefined }
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

/** A connection from there. */
const connection = (address: string): HostRoute & { isClosed: boolean } => ({
  ...route,
  kind: 'stream',
  transport: 'tcp',
  remote: `tcp://${address}:40000`,
  source: 'proven',
  isClosed: false,
  close() {
    this.isClosed = true
  },
})

const initiator = (connectionId: Uint8Array, to: 'known' | 'unknown' | 'another'): Initiator =>
  new Initiator({
    crypto: channelCrypto,
    static: dhKeyOf(randomOctets(32)),
    ephemeral: newDhKey(),
    kem: newKemKey(),
    connectionId,
    suites: [hybridSuite],
    ...(to === 'known' && { remoteStatic: identity.static.publicKey }),
    ...(to === 'another' && { remoteStatic: newDhKey().publicKey }),
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

test('a connection ends with its first hello that does not decrypt, and what comes behind it is not read', () => {
  const [lying, honest] = [connection('192.0.2.1'), connection('192.0.2.1')]
  const before = begun.length
  incoming.hello(lying, initiator(randomOctets(8), 'another').hello)
  assert.equal(lying.isClosed, true)
  incoming.hello(lying, initiator(randomOctets(8), 'known').hello)
  assert.equal(begun.length, before)
  incoming.hello(honest, initiator(randomOctets(8), 'known').hello)
  assert.equal(begun.length, before + 1)
  assert.equal(honest.isClosed, false)
})

test('under load an address is not answered from which several hellos came that did not decrypt', (t) => {
  const at = performance.now() + 60_000 // behind what the tests before cost
  t.mock.method(performance, 'now', () => at)
  const isAnswered = (address: string): boolean => {
    const before = begun.length
    const from = connection(address)
    incoming.hello(from, initiator(randomOctets(8), 'known').hello)
    assert.equal(from.isClosed, begun.length === before)
    return begun.length > before
  }
  for (let count = 0; count < 4; count++) {
    incoming.hello(connection('198.51.100.1'), initiator(randomOctets(8), 'another').hello)
    incoming.hello(connection(`[2001:db8::${count}]`), initiator(randomOctets(8), 'another').hello)
  }
  assert.equal(isAnswered('198.51.100.1'), true, 'there may be honest ones behind it')
  for (let count = begun.length; count < 256; count++) assert.equal(isAnswered('203.0.113.1'), true)
  assert.equal(isAnswered('198.51.100.1'), false)
  assert.equal(isAnswered('[2001:db8::ffff]'), false)
  assert.equal(isAnswered('[2001:db8:0:1::1]'), true)
  assert.equal(isAnswered('203.0.113.1'), true)
})
