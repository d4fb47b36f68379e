import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isMadeUp } from '../../src/record/made-up.ts'

describe('traffic that is made up', () => {
  const ports = new Set([443])
  function frame(version: 4 | 6, protocol: number, source: number, destination: number): Uint8Array {
    const octets = Buffer.alloc(1500)
    octets.writeUInt16BE(version === 4 ? 0x0800 : 0x86dd, 12)
    octets[14] = version === 4 ? 0x46 : 0x60
    octets[version === 4 ? 23 : 20] = protocol
    const at = version === 4 ? 14 + 24 : 54
    octets.writeUInt16BE(source, at)
    octets.writeUInt16BE(destination, at + 2)
    return octets
  }

  test('is known by one of its ports, of TCP or UDP over either IP', () => {
    for (const version of [4, 6] as const)
      for (const protocol of [6, 17])
        for (const [source, destination] of [[443, 9999] as const, [9999, 443] as const])
          assert.ok(isMadeUp(frame(version, protocol, source, destination), ports))
  })

  test('is nothing else, and no frame that ends before its ports', () => {
    for (const one of [frame(4, 6, 179, 9999), frame(6, 89, 443, 443), Buffer.alloc(1500), Buffer.alloc(0)])
      assert.ok(!isMadeUp(one, ports))
    assert.ok(!isMadeUp(frame(4, 6, 443, 443), new Set()))
    for (const end of [14, 38, 41]) assert.ok(!isMadeUp(frame(4, 6, 443, 443).subarray(0, end), ports))
  })
})
