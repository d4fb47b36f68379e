import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFlowBlock, type FlowBlock, flowColumns, octetsPerRow } from '@vagus/flow'
import { scriptSumming, summingIn } from '../src/log/checksum.ts'
import { entryOctetsOf, entryOf, octetsOf, readEntry, seal } from '../src/log/entry.ts'
import { isPackable, maxPackedOctets, type PackedForm, packedOctetsOf, Packing } from '../src/log/packing.ts'
import { within } from './blocks.ts'

const mostRows = 256
const memory = new WebAssembly.Memory({ initial: 1 })
const packing = new Packing(memory, mostRows)
/** Of a packed body, with room for the vector that begins in its last octets. */
const received = new WebAssembly.Memory({ initial: 1 })
const unpacking = new Packing(received, mostRows)

/** How the rows of a block differ in an octet. */
type Kind = 'same' | 'two' | 'any'
const kinds = fc.array(fc.constantFrom<Kind>('same', 'two', 'any'), {
  minLength: octetsPerRow,
  maxLength: octetsPerRow,
})

/** Rows whose octets are as `kind` says. */
const blocks = fc.tuple(fc.integer({ min: 1, max: mostRows / 64 }), kinds, fc.integer()).map(([times, kind, seed]) => {
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

/** Calls `visit` for each octet of a row, `place` counted over all columns and `octet` in its own. */
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

/** Octets of the packed columns, as the head of the file says. */
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

/** Packed as version 3 of the log had it: whole octets, or none. */
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
    // The last vector and its bits may end as far behind the body as a reader's memory has slack.
    const at = 65_536 - 18 - body.length
    new Uint8Array(received.buffer).set(body, at)
    return unpacking.unpack(at, rows, form)
  }

  test('gives back every octet, leaves out those that are the same in all rows, and says one of two by a bit', () => {
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

  test('reads what was packed when no octet was said by a bit', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const body = packedFormerly(block)
        assert.equal(packedOctetsOf(body, block.length, 'packedFormerly'), body.length)
        assert.deepEqual(unpack(body, block.length, 'packedFormerly'), block.memory.slice())
      }),
      { numRuns: 20 },
    )
  })

  test('takes rows by 64, and no body that is too short to say what it holds', () => {
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

  test('is read as one, by any checksum, and is not longer than its rows by more than 256 octets', () => {
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

  test('stays while others are packed behind it, until there is no room', () => {
    const [a, b] = fc.sample(blocks, { numRuns: 2, seed: 3 })
    const roomy = new Packing(memory, mostRows, maxPackedOctets(mostRows))
    const bodies = [a!, b!].map((block) => entryOf(block, 1, undefined, roomy).body)
    assert.deepEqual(bodies.map((body) => body.slice()), [a!, b!].map((block) => packed(block).subarray(40))) // prettier-ignore
    assert.throws(() => Array.from({ length: 9 }, () => roomy.pack(0, mostRows)), /no room for \d+ rows/)
    roomy.startAnew()
    assert.deepEqual(entryOf(a!, 1, undefined, roomy).body.slice(), packed(a!).subarray(40))
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
