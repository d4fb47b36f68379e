import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFlowBlock, type FlowBlock, flowColumns, octetsPerRow } from '@vagus/flow'
import { scriptSumming, summingIn } from '../src/log/checksum.ts'
import { entryOctetsOf, entryOf, octetsOf, readEntry, seal } from '../src/log/entry.ts'
import { isPackable, maxPackedOctets, type PackedForm, packedOctetsOf, Packing } from '../src/log/packing.ts'
import { within } from './blocks.ts'

const maxRows = 256
const memory = new WebAssembly.Memory({ initial: 1 })
const packing = new Packing(memory, maxRows)
/** Octets of a packed body, with room for the vector that starts in its last octets. */
const received = new WebAssembly.Memory({ initial: 1 })
const unpacking = new Packing(received, maxRows)

/** Ways in which the rows of a block differ in an octet. */
type Kind = 'same' | 'two' | 'any'
const kinds = fc.array(fc.constantFrom<Kind>('same', 'two', 'any'), {
  minLength: octetsPerRow,
  maxLength: octetsPerRow,
})

/** Rows whose octets vary by `kind`. */
const blocks = fc.tuple(fc.integer({ min: 1, max: maxRows / 64 }), kinds, fc.integer()).map(([times, kind, seed]) => {
  const rows = times * 64
  const block = createFlowBlock(rows)
  let state = seed
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24
  eachOctet(block, (octets, place, width, octet) => {
    const [one, other] = [next(), next()]
    for (let row = 0; row < rows; row++) {
      const value = { same: one, two: next() < 128 ? one : other, any: next() }[kind[place]!]
      octets[row * width + octet] = value
    }
  })
  block.length = rows
  return within(memory, block)
})

/** Calls `visit` for each octet of a row, with `place` in the row and `octet` in its column. */
function eachOctet(
  block: FlowBlock,
  visit: (octets: Uint8Array, place: number, width: number, octet: number) => void,
): void {
  let before = 0
  for (const { name } of flowColumns) {
    const column = block[name]
    const octets = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    const width = octets.length / block.capacity
    for (let octet = 0; octet < width; octet++) visit(octets, before + octet, width, octet)
    before += width
  }
}

/** Octets of the packed columns, by the format in the header of the file. */
function columnOctetsOf(block: FlowBlock): number {
  const counts = new Map<number, { width: number; whole: number; ofTwo: number }>()
  eachOctet(block, (octets, place, width, octet) => {
    const values = new Set(octets.filter((_, index) => index % width === octet))
    const count = counts.get(place - octet) ?? { width, whole: 0, ofTwo: 0 }
    if (values.size === 2) count.ofTwo++
    else if (values.size > 2) count.whole++
    counts.set(place - octet, count)
  })
  let sum = 0
  for (const { width, whole, ofTwo } of counts.values()) {
    const said = (ofTwo * 16) / width > 2 ? 2 : (ofTwo * 16) / width
    sum += ((block.length * width) / 16) * ((whole * 16) / width + said)
  }
  return sum
}

/** Packed as in version 3 of the log: octets are whole or left out. */
function packedFormerly(block: FlowBlock): Uint8Array {
  const head = new Uint8Array(128)
  const columns: number[] = []
  const parts = new Map<number, { octets: Uint8Array; width: number; kept: number[] }>()
  eachOctet(block, (octets, place, width, octet) => {
    head[16 + place] = octets[octet]!
    const part = parts.get(place - octet) ?? { octets, width, kept: [] }
    parts.set(place - octet, part)
    if (new Set(octets.filter((_, index) => index % width === octet)).size === 1) return
    head[place >>> 3]! |= 1 << (place & 7)
    part.kept.push(octet)
  })
  for (const { octets, width, kept } of parts.values()) {
    for (let row = 0; row < block.length; row++) columns.push(...kept.map((octet) => octets[row * width + octet]!))
  }
  return Uint8Array.from([...head, ...columns])
}

describe('packing', () => {
  const unpack = (body: Uint8Array, rows: number, form: PackedForm): Uint8Array => {
    // The last vector and its bits may end after the body, within the slack of a reader's memory.
    const at = 65_536 - 18 - body.length
    new Uint8Array(received.buffer).set(body, at)
    return unpacking.unpack(at, rows, form)
  }

  test('restores every octet, leaves out those equal in all rows, and encodes one of two values as a bit', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const columns = block.memory.slice()
        packing.startAnew()
        const body = packing.pack(block.memory.byteOffset, block.length)
        assert.equal(body.length, 256 + columnOctetsOf(block))
        assert.equal(body.length % 8, 0)
        assert.ok(body.length <= maxPackedOctets(block.length))
        assert.equal(packedOctetsOf(body, block.length, 'packed'), body.length)
        assert.deepEqual(unpack(body, block.length, 'packed'), columns)
      }),
    )
  })

  test('reads bodies of the former version, which encodes no octet as a bit', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const body = packedFormerly(block)
        assert.equal(packedOctetsOf(body, block.length, 'packedFormerly'), body.length)
        assert.deepEqual(unpack(body, block.length, 'packedFormerly'), block.memory.slice())
      }),
      { numRuns: 20 },
    )
  })

  test('accepts multiples of 64 rows, and no body that is too short for its header', () => {
    assert.deepEqual([0, 16, 64, 96, 2048].map(isPackable), [false, false, true, false, true])
    assert.equal(packedOctetsOf(new Uint8Array(255), 64, 'packed'), undefined)
    assert.equal(packedOctetsOf(new Uint8Array(127), 64, 'packedFormerly'), undefined)
    assert.equal(packedOctetsOf(new Uint8Array(256), 96, 'packed'), undefined)
    assert.equal(packedOctetsOf(new Uint8Array(256).fill(255, 0, 16), 64, 'packed'), maxPackedOctets(64))
  })
})

describe('a packed entry', () => {
  const packed = (block: FlowBlock): Uint8Array<ArrayBuffer> => {
    packing.startAnew()
    const parts = entryOf(block, 1, undefined, packing)
    seal(parts, 7)
    return Uint8Array.from([...parts.header, ...parts.body])
  }

  test('is read, by any checksum, and is at most 256 octets longer than its rows', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const octets = packed(block)
        const { length: rows } = block
        assert.ok(octets.length <= entryOctetsOf(rows) + 256)
        const expected = { block: 7, at: 1, rows, form: 'packed', bodyAt: 40, endAt: octets.length }
        assert.deepEqual(readEntry(octets, 0, scriptSumming), expected)
        assert.deepEqual(readEntry(octets, 0, summingIn(memory)), expected)
        assert.equal(readEntry(octets.subarray(0, octets.length - 1), 0), 'incomplete')
      }),
    )
  })

  test('stays valid while others are packed after it, until there is no room', () => {
    const [a, b] = fc.sample(blocks, { numRuns: 2, seed: 3 })
    const roomy = new Packing(memory, maxRows, maxPackedOctets(maxRows))
    const bodies = [a!, b!].map((block) => entryOf(block, 1, undefined, roomy).body)
    assert.deepEqual(bodies.map((body) => body.slice()), [a!, b!].map((block) => packed(block).subarray(40))) // prettier-ignore
    assert.throws(() => Array.from({ length: 9 }, () => roomy.pack(0, maxRows)), /no room for \d+ rows/)
    roomy.startAnew()
    assert.deepEqual(entryOf(a!, 1, undefined, roomy).body.slice(), packed(a!).subarray(40))
  })

  test('is damaged with any octet changed, and when its body does not match its bits', () => {
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 1 })
    const octets = packed(block!)
    for (const at of octets.keys()) {
      octets[at]! ^= 0x10
      assert.equal(typeof readEntry(octets, 0), 'string', `octet ${at}`)
      octets[at]! ^= 0x10
    }
    const parts = entryOf(block!, 1, undefined, packing)
    parts.body[0]! ^= 1 // one column more or less, with a valid checksum
    seal(parts, 7)
    assert.equal(readEntry(Uint8Array.from([...parts.header, ...parts.body]), 0), 'damaged')
  })

  test('is not packed when the block is not full, or is in other memory', () => {
    const [block] = fc.sample(blocks, { numRuns: 1, seed: 2 })
    block!.length--
    assert.equal(octetsOf(entryOf(block!, 1, undefined, packing)), entryOctetsOf(block!.length))
    block!.length++
    assert.equal(octetsOf(entryOf(block!, 1)), entryOctetsOf(block!.length))
  })
})
