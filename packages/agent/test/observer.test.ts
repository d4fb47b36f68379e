import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSeen, natNotice, probeForObserver } from '@vagus/nat'
import { type HostRoute, randomOctets } from '@vagus/transport'
import type { Link } from '../src/link/link.ts'
import { Observer } from '../src/nat/observer.ts'

/** A link that keeps what it is told. */
function linkThatKeeps(): {
  readonly link: Link
  readonly told: { readonly kind: number; readonly octets: Uint8Array }[]
} {
  const told: { readonly kind: number; readonly octets: Uint8Array }[] = []
  const session = { notify: (kind: number, octets: Uint8Array) => told.push({ kind, octets }) }
  return { link: { isUp: true, runner: { session, wake: () => undefined } } as unknown as Link, told } // it asks for no more
}

const from = (remote: string): HostRoute => ({ transport: remote.slice(0, 3), remote }) as unknown as HostRoute // likewise
const packetOf = (id: Uint8Array, number = randomOctets(8)): Uint8Array =>
  probeForObserver({ id, number, first: 0, filler: randomOctets(16) })

test('from where a datagram came is told to whoever named its id, and to nobody else', () => {
  const observer = new Observer()
  const [one, other] = [linkThatKeeps(), linkThatKeeps()]
  const [id, otherId] = [randomOctets(8), randomOctets(8)]
  observer.expect(one.link, id)
  observer.expect(other.link, otherId)
  const number = randomOctets(8)
  observer.packet(from('udp://203.0.113.5:4000'), packetOf(id, number))
  observer.packet(from('udp://203.0.113.5:4000'), packetOf(id, number)) // the same again
  observer.packet(from('udp://[2001:DB8:0::5]:4000'), packetOf(id))
  observer.packet(from('tcp://203.0.113.5:4000'), packetOf(id))
  observer.packet(from('udp://203.0.113.5:4000'), packetOf(randomOctets(8)))
  observer.packet(from('udp://203.0.113.5:4000'), packetOf(id).subarray(0, 32))
  assert.deepEqual(
    one.told.map(({ kind, octets }) => [kind, decodeSeen(octets).address]),
    [
      [natNotice.seen, { host: '203.0.113.5', port: 4000 }],
      [natNotice.seen, { host: '2001:db8::5', port: 4000 }],
    ],
  )
  assert.deepEqual(decodeSeen(one.told[0]!.octets).number, new Uint8Array(number))
  assert.deepEqual(other.told, [])
})

test('an id is told of 32 datagrams, and an agent has four at most', () => {
  const observer = new Observer()
  const { link, told } = linkThatKeeps()
  const ids = Array.from({ length: 6 }, () => randomOctets(8))
  for (const id of ids) observer.expect(link, id)
  observer.expect(link, randomOctets(7)) // none
  for (let count = 0; count < 100; count++) observer.packet(from('udp://203.0.113.5:4000'), packetOf(ids.at(-1)!))
  assert.equal(told.length, 32)
  for (const id of ids) observer.packet(from('udp://203.0.113.5:4000'), packetOf(id))
  assert.equal(told.length, 32 + 3)
})
