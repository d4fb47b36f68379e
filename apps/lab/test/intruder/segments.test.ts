import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { datagramIn, synOf, tcpAnswerIn, udpOf } from '../../src/intruder/segments.ts'

const [one, other] = [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(198, 51, 100, 7)]
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** An IPv4 header (RFC 791 §3.1) of 20 octets, or more with options, and what follows. */
function packetOf(protocol: number, content: Uint8Array, { header = 20, fragment = 0 } = {}): Uint8Array {
  const packet = new Uint8Array(header + content.length)
  packet[0] = 0x40 | (header / 4)
  packet[6] = fragment >> 8
  packet[7] = fragment & 255
  packet[9] = protocol
  packet.set(one, 12)
  packet.set(other, 16)
  packet.set(content, header)
  return packet
}

/** Ethernet (IEEE 802.3), with the type of IPv4. */
const frameOf = (packet: Uint8Array, type = 0x0800): Uint8Array =>
  Uint8Array.of(...new Uint8Array(12), type >> 8, type & 255, ...packet)

describe('TCP', () => {
  test('a SYN is that of RFC 9293 §3.1, and its checksum covers the pseudo header', () => {
    assert.equal(hex(synOf(one, other, 40_404, 443)), '9dd401bb000001bb000000005002faf0276b0000')
  })

  test('with its checksum the sum over pseudo header and segment is all ones (RFC 1071)', () => {
    const address = fc.uint8Array({ minLength: 4, maxLength: 4 })
    const port = fc.integer({ min: 0, max: 65_535 })
    fc.assert(
      fc.property(address, address, port, port, (source, destination, from, to) => {
        const all = Uint8Array.of(...source, ...destination, 0, 6, 0, 20, ...synOf(source, destination, from, to))
        let sum = 0
        for (let at = 0; at < all.length; at += 2) sum += (all[at]! << 8) | all[at + 1]!
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
        assert.equal(sum, 0xffff)
      }),
    )
  })

  const answerWith = (flags: number): Uint8Array => {
    const segment = synOf(one, other, 443, 40_404)
    segment[13] = flags
    return segment
  }

  for (const [flags, what] of [
    [0x12, 'open'],
    [0x14, 'closed'],
    [0x04, 'closed'],
  ] as const)
    test(`flags ${flags} mean that the port is ${what}, also behind IP options`, () => {
      for (const header of [20, 24, 60])
        assert.deepEqual(tcpAnswerIn(packetOf(6, answerWith(flags), { header })), { port: 443, to: 40_404, what })
    })

  test('what is no answer to a SYN is none: data, other protocols, half of a header', () => {
    assert.equal(tcpAnswerIn(packetOf(6, answerWith(0x10))), undefined)
    assert.equal(tcpAnswerIn(packetOf(17, answerWith(0x12))), undefined)
    assert.equal(tcpAnswerIn(packetOf(6, answerWith(0x12)).subarray(0, 39)), undefined)
  })
})

describe('UDP', () => {
  test('a datagram is read as it was written', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    fc.assert(
      fc.property(port, port, fc.uint8Array({ maxLength: 1400 }), (from, to, payload) => {
        const read = datagramIn(frameOf(packetOf(17, udpOf(from, to, payload))))
        assert.deepEqual(read, { source: one, destination: other, from, to, payload })
      }),
    )
  })

  test('padding behind a short frame is not part of it', () => {
    const frame = Uint8Array.of(...frameOf(packetOf(17, udpOf(7, 9, Uint8Array.of(1)))), 0, 0, 0, 0)
    assert.deepEqual(datagramIn(frame)?.payload, Uint8Array.of(1))
  })

  test('fragments, other types of frames, and lengths that lie are none', () => {
    const datagram = udpOf(7, 9, Uint8Array.of(1, 2, 3))
    assert.equal(datagramIn(frameOf(packetOf(17, datagram, { fragment: 0x2000 }))), undefined)
    assert.equal(datagramIn(frameOf(packetOf(17, datagram, { fragment: 1 }))), undefined)
    assert.notEqual(datagramIn(frameOf(packetOf(17, datagram, { fragment: 0x4000 }))), undefined, "don't fragment")
    assert.equal(datagramIn(frameOf(packetOf(17, datagram), 0x86dd)), undefined)
    for (const length of [0, 7, 12, 0xffff]) {
      const lying = datagram.slice()
      new DataView(lying.buffer).setUint16(4, length)
      assert.equal(datagramIn(frameOf(packetOf(17, lying))), undefined, String(length))
    }
  })
})

test('no octets make either reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (octets) => {
      tcpAnswerIn(octets)
      datagramIn(octets)
    }),
  )
  const valid = frameOf(packetOf(17, udpOf(7, 9, new Uint8Array(40))))
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, value, length) => {
      const mutated = valid.slice(0, length)
      if (at < mutated.length) mutated[at] = value
      const read = datagramIn(mutated)
      assert.ok(read === undefined || read.payload.length <= mutated.length)
      tcpAnswerIn(mutated.subarray(14))
    }),
  )
})
