import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Interface } from '@vagus/linux'
import { counterDatagrams, type CounterSource, endpointOf } from '../src/index.ts'

const interfaceOf = (index: number, name = `eth${index}`): Interface => ({
  name,
  index,
  admin: 'up',
  oper: 'down',
  mtu: 1500,
  speed: 10_000_000_000,
  inOctets: 2n ** 40n,
  outOctets: 2n,
  inPackets: 3n,
  outPackets: 4n,
  inMulticast: 1n,
  inErrors: 0n,
  outErrors: 0n,
  inDiscards: 0n,
  outDiscards: 0n,
})
const newSource = (): CounterSource => ({ agentAddress: '192.0.2.1', subAgent: 0, datagrams: 0, readings: 0 })
const uint32 = (octets: Uint8Array, at: number): number => new DataView(octets.buffer).getUint32(at)

describe('counterDatagrams', () => {
  test('splits many interfaces into datagrams that fit a frame, numbered on from the last reading', () => {
    const source = newSource()
    const interfaces = Array.from({ length: 20 }, (_, i) => interfaceOf(i + 1))
    assert.equal(counterDatagrams(source, interfaces, 0).length, 3)
    const [first] = counterDatagrams(source, interfaces, 1000)
    assert.ok(first!.length <= 1452) // 1,500 less IPv6 and UDP
    assert.deepEqual([uint32(first!, 16), uint32(first!, 20), uint32(first!, 24)], [4, 1000, 9])
  })

  test('leaves loopback out', () => {
    assert.deepEqual(counterDatagrams(newSource(), [interfaceOf(1, 'lo')], 0), [])
  })
})

describe('endpointOf', () => {
  test('takes both IP versions', () => {
    assert.deepEqual(endpointOf('--flow', '192.0.2.1:6343'), { address: '192.0.2.1', port: 6343 })
    assert.deepEqual(endpointOf('--flow', '[2001:db8::1]:6343'), { address: '2001:db8::1', port: 6343 })
  })

  for (const wrong of ['192.0.2.1', '192.0.2.1:0', '192.0.2.1:65536', '2001:db8::1:6343', 'host:6343', '']) {
    test(`refuses "${wrong}" and says what would be right`, () => {
      assert.throws(() => endpointOf('--flow', wrong), /^RangeError: --flow: .* must be ADDRESS:PORT/)
    })
  }
})
