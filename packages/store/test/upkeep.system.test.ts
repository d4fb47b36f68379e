import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type FlowStoreOptions, openFlowLog, openFlowStore, type StoreEvent } from '../src/index.ts'
import { blockOf, octetsOf } from './blocks.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-upkeep-'))
after(() => rmSync(root, { recursive: true }))
let count = 0
const freshFolder = (): string => join(root, String(++count))
const hour = 3_600_000
const day = 24 * hour
/** The start of the day three days ago. */
const start = Math.floor(Date.now() / day) * day - 3 * day
const rows = 200

const optionsOf = (folder: string, more: Partial<FlowStoreOptions> = {}): FlowStoreOptions => ({
  folder,
  retention: { raw: 1e9, minute: 1e9, fiveMinutes: 1e9, hour: 1e9 },
  maxOctets: 1e12,
  memoryOctets: 256 * 2 ** 20,
  ...more,
})

/** Appends a block for each time, at which it arrives and its records end, and seals each separately. */
async function sealEach(options: FlowStoreOptions, times: readonly number[]): Promise<void> {
  const store = await openFlowStore(options)
  const log = openFlowLog({ folder: options.folder, onAcknowledged: (block) => store.notify(block) }, start)
  for (const at of times) {
    await store.loaded(log.append(blockOf({ rows, end: at }), at)!)
    await store.seal()
  }
  await store.close()
  log.close(start)
}

const filesIn = (folder: string, tier: string): readonly string[] =>
  globSync(`${folder}/${tier}/**/*.parquet`)
    .map((path) => /(\d+)-(\d+)\.parquet$/.exec(path)!.slice(1).map(Number).join('-'))
    .sort()

describe('upkeep', () => {
  test('merges the files of an hour, then those of a day, and answers stay the same', async () => {
    const folder = freshFolder()
    const times = [0, 1, 2, 61, 62, 25 * 60, 25 * 60 + 1].map((minutes) => start + minutes * 60_000)
    await sealEach(optionsOf(folder), times)
    assert.deepEqual(filesIn(folder, 'raw'), ['1-3', '4-5', '6-7'])
    assert.deepEqual(filesIn(folder, 'minute/traffic'), ['1-5', '6-7'])
    const store = await openFlowStore(optionsOf(folder))
    const window = { from: start, to: start + 2 * day }
    const { total, items } = await store.top({ ...window, by: ['srcSite'], n: 5 })
    assert.deepEqual(total, { octets: 7 * octetsOf(rows), packets: 7 * rows, flows: 7 * rows })
    const { lines } = await store.series({ ...window, step: 60_000, by: 'srcSite' })
    assert.deepEqual(
      lines.map(({ octets }) => octets.reduce((sum, each) => sum + each, 0)),
      items.map(({ octets }) => octets),
    )
    assert.deepEqual(
      times.map((at) => lines.reduce((sum, { octets }) => sum + octets[(at - start) / 60_000]!, 0)),
      times.map(() => octetsOf(rows)),
    )
    await store.close()
  })

  test('removes each tier after its retention, and continues after the removed blocks', async () => {
    const folder = freshFolder()
    const age = (Date.now() - start) / 1000
    const kept = optionsOf(folder, {
      retention: { raw: age - 7200, minute: age + 86_400, fiveMinutes: age + 86_400, hour: age + 86_400 },
    })
    await sealEach(kept, [start, start + hour])
    assert.deepEqual(filesIn(folder, 'raw'), [])
    assert.deepEqual(filesIn(folder, 'hour/traffic'), ['1-2'])
    const log = openFlowLog({ folder }, start)
    assert.equal(log.append(blockOf({ rows, end: Date.now() }), Date.now()), 3)
    const store = await openFlowStore(kept)
    const { records, sealedTo, oldest } = await store.stats()
    assert.deepEqual([records, sealedTo], [rows, 2])
    assert.ok(oldest! > start + hour)
    const { lines } = await store.series({ from: start, to: start + 2 * hour, step: hour })
    assert.deepEqual(lines[0]?.octets, [octetsOf(rows), octetsOf(rows)])
    await store.close()
    log.close(start)
  })

  test('beyond the maximum size the oldest records are removed first', async () => {
    const folder = freshFolder()
    await sealEach(optionsOf(folder), [start, start + hour, start + 2 * hour])
    const store = await openFlowStore(optionsOf(folder))
    const before = await store.stats()
    await store.close()
    const smaller = await openFlowStore(optionsOf(folder, { maxOctets: before.octets - 1 }))
    await smaller.seal()
    assert.deepEqual(filesIn(folder, 'raw'), ['2-2', '3-3'])
    assert.ok((await smaller.stats()).octets < before.octets)
    await smaller.close()
  })

  test('removes sealed segments of the log', async () => {
    const folder = freshFolder()
    const store = await openFlowStore(optionsOf(folder))
    const log = openFlowLog({ folder, segmentOctets: 10_000, onAcknowledged: (block) => store.notify(block) }, start)
    for (let i = 0; i < 6; i++) log.append(blockOf({ rows, end: start }), start)
    await store.loaded(6)
    assert.equal(readdirSync(join(folder, 'log')).length, 6)
    await store.seal()
    assert.deepEqual(readdirSync(join(folder, 'log')), ['0000000000000006.vlog'])
    assert.equal(log.append(blockOf({ rows, end: start }), start), 7)
    await store.loaded(7)
    assert.equal((await store.stats()).records, 7 * rows)
    await store.close()
    log.close(start)
  })
})

describe('damage', () => {
  test('in the log loses only the damaged block, and is reported', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, start)
    for (let i = 0; i < 5; i++) log.append(blockOf({ rows, end: start + i }), start)
    log.close(start)
    const file = join(folder, 'log', '0000000000000001.vlog')
    const octets = readFileSync(file)
    octets[octets.length >> 1]! ^= 1
    writeFileSync(file, octets)
    const events: StoreEvent[] = []
    const store = await openFlowStore(optionsOf(folder, { onEvent: (event) => events.push(event) }))
    assert.equal((await store.stats()).records, 4 * rows)
    assert.deepEqual(
      events.map(({ event, fields }) => [event, fields['records'] ?? fields['octets']]),
      [
        ['store.damaged', octets.length / 5],
        ['store.replayed', 4 * rows],
      ],
    )
    await store.close()
  })

  test('in a sealed file sets only that file aside, and is reported', async () => {
    const folder = freshFolder()
    await sealEach(optionsOf(folder), [start, start + hour])
    const file = join(folder, 'raw', '000000000002-000000000002.parquet')
    writeFileSync(file, readFileSync(file).subarray(0, -20))
    const events: StoreEvent[] = []
    const options = optionsOf(folder, { onEvent: (event) => events.push(event) })
    for (let turn = 0; turn < 2; turn++) {
      const store = await openFlowStore(options)
      assert.deepEqual([(await store.stats()).records, (await store.stats()).sealedTo], [rows, 2])
      await store.close()
    }
    assert.deepEqual(
      events.map(({ event, fields }) => [event, fields['file']]),
      [['store.damaged', 'raw/000000000002-000000000002.parquet']],
    )
    assert.ok(readdirSync(join(folder, 'raw')).includes('000000000002-000000000002.parquet.damaged'))
  })
})

test('an impossible folder is an error that names it', async () => {
  await assert.rejects(openFlowStore(optionsOf(join(import.meta.filename, 'below'))), {
    name: 'StoreError',
    code: 'failed',
  })
  await assert.rejects(openFlowStore(optionsOf(freshFolder(), { maxOctets: 0 })), {
    name: 'RangeError',
    message: /"maxOctets"/,
  })
})
