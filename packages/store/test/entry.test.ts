import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFlowBlock, flowColumns } from '@vagus/flow'
import { type EntryParts, entryOctetsOf, entryOf, readEntry, seal } from '../src/log/entry.ts'
import { scanSegment } from '../src/log/segment-scan.ts'
import { WaitingBlocks } from '../src/log/waiting-blocks.ts'
import { blockOf } from './blocks.ts'
import { withCrc } from './entry-with-crc.ts'

const now = 1_700_000_000_000
function partsWith(rows: number, number: number): EntryParts {
  const entry = entryOf(blockOf({ rows, end: now }), now)
  seal(entry, number)
  return entry
}
const joined = ({ header, body }: EntryParts): Uint8Array<ArrayBuffer> => {
  const octets = new Uint8Array(header.length + body.length)
  octets.set(header)
  octets.set(body, header.length)
  return octets
}
const entryWith = (rows: number, number: number): Uint8Array<ArrayBuffer> => joined(partsWith(rows, number))

describe('an entry', () => {
  test('gives number, time, rows and the start of its columns', () => {
    const entry = entryWith(5, 2 ** 40)
    assert.equal(entry.length, entryOctetsOf(5))
    assert.deepEqual(readEntry(entry, 0), {
      block: 2 ** 40,
      at: now,
      rows: 5,
      form: 'plain',
      bodyAt: 40,
      endAt: entry.length,
    })
    const words = new Uint32Array(entry.buffer, 40, 4)
    assert.deepEqual([...words], [...blockOf({ rows: 5, end: now }).srcAddr.subarray(0, 4)])
  })

  test('without rows is valid', () => {
    assert.deepEqual(readEntry(entryWith(0, 1), 0), {
      block: 1,
      at: now,
      rows: 0,
      form: 'plain',
      bodyAt: 40,
      endAt: 40,
    })
  })

  test('of a full block uses its memory, and equals that of a block with room', () => {
    const [full, roomy] = [createFlowBlock(16), createFlowBlock(24)]
    const seed = full.memory
    for (let at = 0; at < seed.length; at++) seed[at] = (at * 31) & 255
    for (const { name } of flowColumns) roomy[name].set(full[name])
    full.length = roomy.length = 16
    const [a, b] = [entryOf(full, now), entryOf(roomy, now)]
    assert.equal(a.body.buffer, full.memory.buffer)
    for (const entry of [a, b]) seal(entry, 9)
    assert.deepEqual(joined(a), joined(b))
    assert.equal((readEntry(joined(a), 0) as { rows: number }).rows, 16)
  })

  test('with any octet changed is damaged or incomplete, never another entry', () => {
    const entry = entryWith(3, 7)
    fc.assert(
      fc.property(fc.nat(entry.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = entry.slice()
        changed[at]! ^= change
        assert.equal(typeof readEntry(changed, 0), 'string')
      }),
    )
  })

  test('with any bit changed is too, also with a CRC', () => {
    for (const entry of [entryWith(3, 7), withCrc(entryWith(3, 7))]) {
      for (let bit = 0; bit < entry.length * 8; bit++) {
        entry[bit >>> 3]! ^= 1 << (bit & 7)
        assert.equal(typeof readEntry(entry, 0), 'string', `bit ${bit}`)
        entry[bit >>> 3]! ^= 1 << (bit & 7)
      }
    }
  })

  test('of version 1, with a CRC, can be read', () => {
    assert.deepEqual(readEntry(withCrc(entryWith(5, 3)), 0), readEntry(entryWith(5, 3), 0))
  })

  test('that is truncated is incomplete', () => {
    const entry = entryWith(3, 7)
    for (let length = 0; length < entry.length; length++) {
      assert.equal(readEntry(entry.subarray(0, length), 0), 'incomplete')
    }
  })
})

test('a scan finds the entries between any garbage, and their end', () => {
  const rubbish = fc.uint8Array({ maxLength: 40 }).map((octets) => octets.subarray(0, octets.length & ~7))
  fc.assert(
    fc.property(fc.array(fc.tuple(rubbish, fc.nat(3)), { maxLength: 5 }), rubbish, (parts, tail) => {
      const pieces = parts.flatMap(([before, rows], i) => [before, entryWith(rows, i + 1)])
      const { entries, last, endAt, damage } = scanSegment(new Uint8Array(Buffer.concat([...pieces, tail])))
      assert.equal(entries, parts.length)
      assert.equal(last?.block, parts.length === 0 ? undefined : parts.length)
      assert.equal(endAt, parts.length === 0 ? 0 : Buffer.concat(pieces).length)
      assert.equal(
        damage.reduce((sum, { octets }) => sum + octets, 0),
        parts.reduce((sum, [before]) => sum + before.length, 0),
      )
    }),
    { numRuns: 30 },
  )
})

test('waiting blocks are dropped oldest first beyond the limit, and counted', () => {
  const waiting = new WaitingBlocks(entryOctetsOf(10) * 3)
  for (let i = 1; i <= 5; i++) waiting.push(partsWith(10, i))
  assert.deepEqual([waiting.length, waiting.records, waiting.dropped], [3, 30, 20])
  assert.deepEqual(readEntry(joined(waiting.peek()!), 0), readEntry(entryWith(10, 3), 0))
})
