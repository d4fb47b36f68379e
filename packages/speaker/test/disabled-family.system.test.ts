import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import { type Capability, encodeMessage, encodeUpdate, ipv4Unicast, ipv6Unicast } from '@vagus/bgp'
import { started } from './pair.ts'

const address = '127.7.6.1'
const as = 65000
const capabilities: readonly Capability[] = [
  { type: 'multiprotocol', afi: 1, safi: 1 },
  { type: 'multiprotocol', afi: 2, safi: 1 },
  { type: 'four-octet-as', as },
]
const families = new Set([ipv4Unicast, ipv6Unicast])
const context = { peer: 'internal', asOctets: 4, families, pathIds: new Set<number>() } as const
const nextHop6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)

function updateOf(prefix: string): Uint8Array {
  const attributes = { origin: 0, asPath: [], localPref: 100 }
  return encodeUpdate({ withdrawn: [], announced: [{ prefix: parsePrefix(prefix) }], attributes, nextHop6 }, context)
}

/** The same with `value` in place of the last of these `octets`. */
function patched(update: Uint8Array, octets: readonly number[], value: number): Uint8Array {
  const at = update.findIndex((_, from) => octets.every((octet, next) => update[from + next] === octet))
  return update.with(at + octets.length - 1, value)
}

test('a family that ends alone is told, and is none of the session any more (RFC 7606 §2)', async (t) => {
  const us = await started({
    as,
    identifier: '11.0.0.1',
    listen: [{ address: '127.0.0.1', port: 0 }],
    peers: [{ name: 'router', address, as, mode: 'passive', families: ['ipv4-unicast', 'ipv6-unicast'], watch: 'all' }],
  })
  const { speaker, events } = us
  t.after(() => speaker.close())
  const peer = connect({ host: '127.0.0.1', port: speaker.listening[0]!.port, localAddress: address })
  t.after(() => peer.destroy())
  peer.on('error', () => undefined)
  peer.write(encodeMessage({ type: 'open', version: 4, myAs: as, holdTime: 90, bgpIdentifier: 1, capabilities }))
  peer.write(encodeMessage({ type: 'keepalive' }))
  await us.until('peer', ({ state }) => state === 'established')
  const status = async () => {
    const [{ state, session, lastReason }] = (await speaker.peers()) as [Awaited<ReturnType<typeof speaker.peers>>[0]]
    return [state, session?.families, lastReason]
  }
  assert.deepEqual(await status(), ['established', ['ipv4-unicast', 'ipv6-unicast'], undefined])

  const good = updateOf('2001:db8:1::/48')
  peer.write(good)
  await us.until('routes', ({ changes }) => changes.some(({ paths }) => paths.length === 1))
  // A fault just before must not hide it.
  peer.write(patched(updateOf('2001:db8:2::/48'), [0x40, 1, 1, 0], 3)) // ORIGIN
  peer.write(patched(good, [0, 2, 1, 16], 5)) // AFI 2, SAFI 1, octets of the next hop
  const { problems } = await us.until('fault', ({ treatment }) => treatment === 'afi-safi-disable')
  await us.until('routes', ({ changes }) => changes.some(({ paths }) => paths.length === 0))
  assert.match(problems[0]!, /a next hop has 16 or 32 octets, not 5/)
  assert.deepEqual(await status(), ['established', ['ipv4-unicast'], `ipv6-unicast ended: ${problems[0]}`])
  assert.equal(events.filter(({ type }) => type === 'fault').length, 2)
})
