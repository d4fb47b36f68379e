import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { readPackets } from '../../../../test/pcap.ts'
import { interfaceBlock, type Packet, packetBlockOctets, sectionBlock, writePacket } from '../../src/record/pcapng.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-pcapng-'))

function blockOf(packet: Packet): Buffer {
  const octets = Buffer.alloc(packetBlockOctets(packet.octets.length), 0xaa)
  assert.equal(writePacket(octets, 0, packet), octets.length)
  return octets
}

describe('blocks of pcapng', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('are those of the draft, octet for octet', () => {
    const section = sectionBlock({ system: 'Linux', application: 'vagus' })
    assert.equal(
      section.toString('hex'),
      '0a0d0d0a' +
        '38000000' +
        '4d3c2b1a' +
        '01000000' +
        'ffffffffffffffff' +
        '030005004c696e7578000000' +
        '040005007661677573000000' +
        '00000000' +
        '38000000',
    )
    const eth1 = interfaceBlock({ name: 'eth1', description: '', speed: 30e6 })
    assert.equal(
      eth1.toString('hex'),
      '01000000' +
        '34000000' +
        '01000000' +
        '00000000' +
        '0200040065746831' +
        '0800080080c3c90100000000' +
        '0900010009000000' +
        '00000000' +
        '34000000',
    )
    const octets = new Uint8Array([1, 2, 3, 4, 5])
    assert.equal(
      blockOf({ interface: 2, at: 0x1_0000_0002n, octets, length: 60, direction: 'out' }).toString('hex'),
      '06000000' +
        '34000000' +
        '02000000' +
        '01000000' +
        '02000000' +
        '05000000' +
        '3c000000' +
        '0102030405000000' +
        '0200040002000000' +
        '00000000' +
        '34000000',
    )
  })

  test('come back as they went', () => {
    const frame = fc.uint8Array({ minLength: 14, maxLength: 200 })
    const milliseconds = fc.integer({ min: 0, max: 2 ** 40 })
    const path = join(folder, 'one.pcapng')
    fc.assert(
      fc.property(
        fc.array(fc.record({ octets: frame, milliseconds, direction: fc.constantFrom('in', 'out') })),
        (all) => {
          const blocks = all.map(({ octets, milliseconds: at, direction }) =>
            // The reader of the tests takes times for microseconds.
            blockOf({ interface: 0, at: BigInt(at) * 1000n, octets, length: octets.length, direction }),
          )
          const eth0 = interfaceBlock({ name: 'eth0', description: 'to nowhere', speed: null })
          writeFileSync(path, Buffer.concat([sectionBlock({ system: '', application: '' }), eth0, ...blocks]))
          assert.deepEqual(
            readPackets(path).map(({ at, octets }) => [at, [...octets]]),
            all.map(({ octets, milliseconds: at }) => [at, [...octets]]),
          )
        },
      ),
      { numRuns: 50 },
    )
  })
})
