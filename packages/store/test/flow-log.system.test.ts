import assert from 'node:assert/strict'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { StoreEvent } from '../src/index.ts'
import { openFlowLog } from '../src/index.ts'
import { checksumOf, scriptSumming } from '../src/log/checksum.ts'
import { type Damage, LogReader } from '../src/log/log-reader.ts'
import { blockOf, within } from './blocks.ts'
import { withCrc } from './entry-with-crc.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-log-'))
after(() => rmSync(root, { recursive: true }))
let count = 0
const freshFolder = (): string => join(root, String(++count))
const now = 1_700_000_000_000

const segments = (folder: string): readonly string[] => readdirSync(join(folder, 'log')).sort()

function readAll(folder: string, from = 0): { blocks: number[]; rows: number; damage: Damage[] } {
  const damage: Damage[] = []
  const reader = new LogReader(join(folder, 'log'), from, (each) => damage.push(each))
  const blocks: number[] = []
  let rows = 0
  for (let block = reader.read(); block !== undefined; block = reader.read()) {
    blocks.push(block.block)
    rows += block.rows
  }
  reader.close()
  return { blocks, rows, damage }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

function written(folder: string, blocks: number, segmentOctets?: number): void {
  const log = openFlowLog({ folder, ...(segmentOctets === undefined ? {} : { segmentOctets }) }, now)
  for (let i = 0; i < blocks; i++) log.append(blockOf({ rows: 10, end: now }), now + i)
  log.close(now)
}

describe('the flow log', () => {
  test('numbers blocks from 1, and continues where it stopped', () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, now)
    assert.deepEqual(
      [1, 2, 3].map((rows) => log.append(blockOf({ rows, end: now }), now)),
      [1, 2, 3],
    )
    log.close(now)
    const again = openFlowLog({ folder }, now)
    assert.equal(again.state().acknowledged, 3)
    assert.equal(again.append(blockOf({ rows: 4, end: now }), now), 4)
    again.close(now)
    assert.deepEqual(readAll(folder), { blocks: [1, 2, 3, 4], rows: 10, damage: [] })
  })

  test('starts a new segment, named by its first block, when one is full', () => {
    const folder = freshFolder()
    written(folder, 7, 3000)
    assert.deepEqual(segments(folder), ['0000000000000001.vlog', '0000000000000004.vlog', '0000000000000007.vlog'])
    assert.deepEqual(readAll(folder).blocks, upTo(7))
    assert.deepEqual(readAll(folder, 4).blocks, [5, 6, 7])
  })

  test('gathers full blocks for one write, and acknowledges none before', () => {
    const folder = freshFolder()
    const acknowledged: number[] = []
    const log = openFlowLog({ folder, onAcknowledged: (block) => acknowledged.push(block) }, now)
    const memory = new WebAssembly.Memory({ initial: 8 })
    const gather = (seed: number, rows = 2048): void =>
      log.gather(within(memory, blockOf({ rows, end: now, seed })), now)
    for (let seed = 0; seed < 3; seed++) gather(seed)
    assert.deepEqual([acknowledged, log.state().acknowledged, readAll(folder).blocks], [[], 0, []])
    assert.equal(log.flush(now), true)
    assert.deepEqual([acknowledged, readAll(folder)], [upTo(3), { blocks: upTo(3), rows: 3 * 2048, damage: [] }])
    // A block that is not full is written at once, together with those gathered before.
    gather(3)
    gather(4, 100)
    assert.deepEqual(readAll(folder, 3), { blocks: [4, 5], rows: 2048 + 100, damage: [] })
    gather(5)
    assert.equal(log.append(blockOf({ rows: 8, end: now }), now), 7)
    gather(6)
    log.tick(now)
    assert.equal(log.state().acknowledged, 8)
    // Eventually enough is gathered.
    for (let seed = 0; log.state().acknowledged === 8 && seed < 100; seed++) gather(seed)
    const { length } = acknowledged
    assert.ok(length > 12 && length < 60, `${length} blocks`)
    gather(7)
    log.close(now)
    assert.deepEqual([acknowledged, readAll(folder).blocks], [upTo(length + 1), upTo(length + 1)])
  })

  test('truncates a tail torn at any octet, and reports it', () => {
    const whole = freshFolder()
    written(whole, 3)
    const octets = readFileSync(join(whole, 'log', segments(whole)[0]!))
    const entry = octets.length / 3
    for (const left of [1, 3, 5, 39, 40, 41, entry - 1]) {
      const folder = freshFolder()
      written(folder, 1)
      const file = join(folder, 'log', segments(folder)[0]!)
      writeFileSync(file, octets.subarray(0, entry * 2 + left))
      const events: StoreEvent[] = []
      const log = openFlowLog({ folder, onEvent: (event) => events.push(event) }, now)
      assert.deepEqual(
        events.map(({ event, fields }) => [event, fields['octets']]),
        [['store.damaged', left]],
      )
      assert.equal(log.append(blockOf({ rows: 5, end: now }), now), 3)
      log.close(now)
      assert.deepEqual(readAll(folder), { blocks: [1, 2, 3], rows: 25, damage: [] })
    }
  })

  test('sets aside unreadable octets longer than a torn write, and continues', () => {
    const folder = freshFolder()
    written(folder, 3)
    const file = join(folder, 'log', segments(folder)[0]!)
    const octets = readFileSync(file)
    writeFileSync(file, Buffer.concat([octets, Buffer.alloc(4_000_000, 'other')]))
    const events: StoreEvent[] = []
    const log = openFlowLog({ folder, onEvent: (event) => events.push(event) }, now)
    assert.equal(log.append(blockOf({ rows: 10, end: now }), now), 4)
    log.close(now)
    assert.deepEqual(
      events.map(({ fields }) => fields['octets']),
      [4_000_000],
    )
    assert.equal(segments(folder).length, 2)
    assert.deepEqual(readAll(folder), { blocks: [1, 2, 3, 4], rows: 40, damage: [] })
  })

  test('sets aside segments with other columns unchanged, and continues', () => {
    const folder = freshFolder()
    written(folder, 7, 3000)
    const [first, second, ...rest] = segments(folder)
    const path = join(folder, 'log', second!)
    const octets = readFileSync(path)
    octets.writeUInt32LE(0xc01dc01d, 32)
    const end = octets.indexOf('VLOG', 4)
    octets.writeUInt32LE(checksumOf(octets.subarray(0, 36), octets.subarray(40, end), scriptSumming), 36)
    writeFileSync(path, octets)
    const events: StoreEvent[] = []
    const log = openFlowLog({ folder, onEvent: (event) => events.push(event) }, now)
    log.close(now)
    assert.deepEqual(
      events.map(({ event, fields }) => [event, fields['file'], fields['octets']]),
      [['store.damaged', `${second}.other-version`, octets.length]],
    )
    assert.deepEqual(segments(folder), [first, `${second}.other-version`, ...rest])
    assert.deepEqual(readFileSync(`${path}.other-version`), octets)
    assert.equal(log.state().acknowledged, 7)
    const { blocks, damage } = readAll(folder)
    assert.deepEqual([blocks, damage], [[1, 2, 3, 7], []])
  })

  test('appends after entries of version 1 in the same segment', () => {
    const folder = freshFolder()
    written(folder, 1)
    const path = join(folder, 'log', segments(folder)[0]!)
    writeFileSync(path, withCrc(Uint8Array.from(readFileSync(path))))
    written(folder, 1)
    assert.deepEqual(readAll(folder), { blocks: [1, 2], rows: 20, damage: [] })
  })

  test('packs full blocks, and reads them unchanged between others', () => {
    const folder = freshFolder()
    const memory = new WebAssembly.Memory({ initial: 4 })
    const full = within(memory, blockOf({ rows: 2048, end: now }))
    const log = openFlowLog({ folder }, now)
    for (const block of [blockOf({ rows: 5, end: now }), full, full, blockOf({ rows: 7, end: now })])
      log.append(block, now)
    log.close(now)
    assert.deepEqual(readAll(folder), { blocks: [1, 2, 3, 4], rows: 5 + 2 * 2048 + 7, damage: [] })
    assert.ok(statSync(join(folder, 'log', segments(folder)[0]!)).size < full.memory.length)
    const reader = new LogReader(join(folder, 'log'), 1, ({ problem }) => assert.fail(problem))
    const { octets, bodyAt } = reader.read()!
    assert.deepEqual(octets.subarray(bodyAt, bodyAt + full.memory.length), full.memory)
    reader.close()
    const reopened = openFlowLog({ folder }, now)
    assert.equal(reopened.append(full, now), 5)
    reopened.close(now)
    assert.deepEqual(readAll(folder, 2).blocks, [3, 4, 5])
  })

  test('says since when blocks wait for the disk, and reports them again every ten minutes', () => {
    const folder = freshFolder()
    const events: StoreEvent[] = []
    const log = openFlowLog({ folder, segmentOctets: 1, onEvent: (event) => events.push(event) }, now)
    log.append(blockOf({ rows: 5, end: now }), now)
    assert.equal(log.state().waitingSince, undefined)
    renameSync(join(folder, 'log'), join(folder, 'away')) // no new segment can be created
    log.append(blockOf({ rows: 7, end: now }), now + 1000)
    log.append(blockOf({ rows: 7, end: now }), now + 2000)
    assert.equal(log.state().waitingSince, now + 1000)
    log.tick(now + 600_999)
    assert.equal(events.length, 1)
    log.tick(now + 601_000)
    assert.deepEqual(
      events.map(({ event, at }) => [event, at]),
      [
        ['store.failed', now + 1000],
        ['store.failed', now + 601_000],
      ],
    )
    renameSync(join(folder, 'away'), join(folder, 'log'))
    log.tick(now + 602_000)
    assert.deepEqual([log.state().waitingSince, events.at(-1)?.event], [undefined, 'store.recovered'])
    log.close(now)
  })

  test('reports at close the records that it drops because the disk refused them', () => {
    const folder = freshFolder()
    const events: StoreEvent[] = []
    const log = openFlowLog({ folder, segmentOctets: 1, onEvent: (event) => events.push(event) }, now)
    log.append(blockOf({ rows: 5, end: now }), now)
    renameSync(join(folder, 'log'), join(folder, 'away')) // no new segment can be created
    assert.equal(log.append(blockOf({ rows: 7, end: now }), now), undefined)
    log.close(now + 1000)
    assert.deepEqual(
      events.map(({ event, fields }) => [event, fields['dropped']]),
      [
        ['store.failed', undefined],
        ['store.failed', 7],
      ],
    )
    assert.deepEqual([log.state().waiting, log.state().dropped], [0, 7])
  })

  test('a damaged octet in the middle loses only its block, and is reported', () => {
    const folder = freshFolder()
    written(folder, 5)
    const file = join(folder, 'log', segments(folder)[0]!)
    const octets = readFileSync(file)
    const entry = octets.length / 5
    for (const at of [0, 10, 30, 100, entry - 9]) {
      const damaged = Buffer.from(octets)
      damaged[entry * 2 + at]! ^= 0x40
      writeFileSync(file, damaged)
      const { blocks, damage } = readAll(folder)
      assert.deepEqual(blocks, [1, 2, 4, 5])
      assert.deepEqual(
        damage.map(({ octets }) => octets),
        [entry],
      )
      const log = openFlowLog({ folder }, now)
      assert.equal(log.state().acknowledged, 5)
      log.close(now)
    }
  })

  test('reports the unreadable end of a segment that is not the last, and reads the next', () => {
    const folder = freshFolder()
    written(folder, 7, 3000)
    truncateSync(join(folder, 'log', segments(folder)[0]!), 2500)
    const { blocks, damage } = readAll(folder)
    assert.deepEqual(blocks, [1, 2, 4, 5, 6, 7])
    assert.equal(damage.length, 1)
  })

  test('a reader behind a writer gets each block once, across segments', () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder, segmentOctets: 3000 }, now)
    const reader = new LogReader(join(folder, 'log'), 0, ({ problem }) => assert.fail(problem))
    const blocks: number[] = []
    for (let turn = 0; turn < 40; turn++) {
      for (let i = 0; i < turn % 4; i++) log.append(blockOf({ rows: 1 + turn, end: now }), now)
      for (let block = reader.read(); block !== undefined; block = reader.read()) blocks.push(block.block)
    }
    assert.deepEqual(blocks, upTo(60))
    reader.close()
    log.close(now)
  })

  test('refuses a block that a reader could not hold', () => {
    const log = openFlowLog({ folder: freshFolder() }, now)
    assert.throws(() => log.append(blockOf({ rows: 32_769, end: now }), now), { name: 'RangeError' })
    log.close(now)
  })
})
