import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidatesOf } from '../src/dial/candidates.ts'
import { Finder } from '../src/dial/finder.ts'
import { KnownPeers } from '../src/peers/known-peers.ts'
import { OwnSide } from '../src/handshake/own-side.ts'
import { identityOf, lookupOf, newSeeds } from './identities.ts'

function tried(addresses: readonly string[]): readonly string[] {
  const { direct, relayed } = candidatesOf(addresses)
  return [...direct, ...relayed].map(({ text }) => text)
}

test('of the addresses that somebody names those are tried that may be of one host', () => {
  const possible = [
    'udp://192.0.2.1:7601',
    'udp://[2001:db8::1]:7601',
    'udp://[fe80::1%eth0]:7601',
    'tcp://127.0.0.1:7601',
    'tcp://10.0.0.1:65535',
    'ws://agents.example/path',
    'ws://192.0.2.1',
    'wss://[2001:db8::1]/a',
    'relay://did:key:zRelay/handle',
  ]
  const never = [
    'udp://0.0.0.0:7601',
    'udp://0.1.2.3:7601',
    'udp://[::]:7601',
    'udp://[::ffff:0.0.0.0]:7601',
    'udp://224.0.0.1:7601',
    'udp://239.255.255.255:7601',
    'udp://[ff02::1]:7601',
    'udp://[ff02::1%eth0]:7601',
    'udp://[::ffff:224.0.0.1]:7601',
    'udp://255.255.255.255:7601',
    'tcp://240.0.0.1:7601',
    'udp://192.0.2.1:0',
    'tcp://[2001:db8::1]:0',
    'ws://agents.example:0/',
    'ws://0/path',
    'ws://0xe0000001/path',
    'relay://nobody',
    'quic://192.0.2.1:7601',
    'none at all',
  ]
  assert.deepEqual(tried([...never, ...possible]), possible)
})

test('of one agent so many addresses and relays are tried, the preferred ones', () => {
  const direct = Array.from({ length: 50 }, (_, at) => `udp://192.0.2.${at}:7601`)
  const relays = Array.from({ length: 50 }, (_, at) => `relay://did:key:zRelay${at}/handle`)
  assert.deepEqual(tried([...direct, ...relays]), [...direct.slice(0, 16), ...relays.slice(0, 4)])
})

test('a document that names the addresses of everybody leads to none of them', async () => {
  const seeds = newSeeds('lying', ['udp://255.255.255.255:53', 'udp://192.0.2.1:7601', 'udp://224.0.0.251:5353'])
  const own = new OwnSide(identityOf(newSeeds('own')), new KnownPeers())
  const [found] = await new Finder(lookupOf(seeds), own).find('lying', new AbortController().signal)
  assert.deepEqual(
    found?.candidates.direct.map(({ text }) => text),
    ['udp://192.0.2.1:7601'],
  )
})
