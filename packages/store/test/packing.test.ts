import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFlowBlock, type FlowBlock, flowColumns, octetsPerRow } from '@vagus/flow'
import { scriptSumming, summingIn } from '../src/log/checksum.ts'
import { entryOctetsOf, entryOf, octetsOf, readEntry, seal } from '../src/log/entry.ts'
import { isPackable, maxPackedOctets, packedOctetsOf, Packing } from '../src/log/packing.ts'
import { within } from './blocks.ts'

const mostRows = 64
const memory = new WebAssembly.Memory({ initial: 1 })
const packing = new Packing(memory, mostRows)
/** Of a packed body, with room for the vector that begins in its last octets. */
const received = new WebAssembly.Memory({ initial: 1 })
const unpacking = new Packing(received, mostRows)

/** Rows whose octets differ where `varying` says so. */
const blocks = fc
  .tuple(
    fc.integer({ min: 1, max: mostRows / 16 }),
    fc.array(fc.boolean(), { minLength: octetsPerRow, maxLength: octetsPerRow }),
    fc.integer(),
  )
  .map(([sixteens, varying, seed]) => {
    const rows = sixteens * 16
    const block = createFlowBlock(rows)
    let state = seed
    const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24
    let before = 0
    for (const { name } of flowColumns) {
      const column = block[name]
      const octets = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
      const width = octets.length / rows
      for (let octet = 0; octet < width; octet++) {
        const same = next()
        for (let row = 0; row < rows; row++) {
          octets[row * width + octet] = varying[before + octet] === true ? next() : same
        }
      }
      before += width
    }
    block.length = rows
    return within(memory, block)
  })

/** As the bitmap says it, octet by octet. */
function varyingOctetsOf(block: FlowBlock): number {
  let varying = 0
  for (const { name } of flowColumns) {
    const column = block[name]
    const octets = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    const width = octets.length / block.capacity
    for (let octet = 0; octet < width; octet++) {
      const of = octets.filter((_, index) => index % width === octet)
      if (of.some((value) => value !== of[0])) varying++
    }
  }
  return varying
}

describe('packing', () => {
  test('gives back every octet, and leaves out those that are the same in all rows', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const columns = block.memory.slice()
        const body = packing.pack(block.memory.byteOffset, block.length)
        assert.equal(body.length, 128 + block.length * varyingOctetsOf(block))
        assert.ok(body.length <= maxPackedOctets(block.length))
        assert.equal(packedOctetsOf(body, block.length), body.length)
        const at = 65_536 - 16 - body.length
        new Uint8Array(received.buffer).set(body, at)
        assert.deepEqual(unpacking.unpack(at, block.length), columns)
      }),
    )
  })

  test('takes rows by sixteens, and no body that is too short to say what it holds', () => {
    assert.deepEqual([0, 8, 16, 24, 2048].map(isPackable), [false, false, true, false, true])
    assert.equal(packedOctetsOf(new Uint8Array(127), 16), undefined)
    assert.equal(packedOctetsOf(new Uint8Array(128), 24), undefined)
    assert.equal(packedOctetsOf(new Uint8Array(128).fill(255), 16), maxPackedOctets(16))
  })
})

describe('a packed entry', () => {
  const packed = (block: FlowBlock): Uint8Array<ArrayBuffer> => {
    const parts = entryOf(block, 1, undefined, packing)
    seal(parts, 7)
    return Uint8Array.from([...parts.header, ...parts.body])
  }

  test('is read as one, by any checksum, and is not longer than its rows by more than 128 octets', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const octets = packed(block)
        const { length: rows } = block
        assert.ok(octets.length <= entryOctetsOf(rows) + 128)
        const expected = { block: 7, at: 1, rows, form: 'packed', bodyAt: 40, endAt: octets.length }
        assert.deepEqual(readEntry(octets, 0, scriptSumming), expected)
        assert.deepEqual(readEntry(octets, 0, summingIn(memory)), expected)
        assert.equal(readEntry(octets.subarray(0, octets.length - 1), 0), 'incomplete')
      }),
    )
  })

  test('is damaged with any octet changed, and where its body is not what its bits say', () => {
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 1 })
    const octets = packed(block!)
    for (const at of octets.keys()) {
      octets[at]! ^= 0x10
      assert.equal(typeof readEntry(octets, 0), 'string', `octet ${at}`)
      octets[at]! ^= 0x10
    }
    const parts = entryOf(block!, 1, undefined, packing)
    parts.body[0]! ^= 1 // a column more or less, under a right checksum
    seal(parts, 7)
    assert.equal(readEntry(Uint8Array.from([...parts.header, ...parts.body]), 0), 'damaged')
  })

  test('has no packing where the block is not full, or stands elsewhere', () => {
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 2 })
    block!.length--
    assert.equal(octetsOf(entryOf(block!, 1, undefined, packing)), entryOctetsOf(block!.length))
    block!.length++
    assert.equal(octetsOf(entryOf(block!, 1)), entryOctetsOf(block!.length))
  })
})
