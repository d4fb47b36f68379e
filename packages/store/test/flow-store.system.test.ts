import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { parsePrefix } from '@vagus/address'
import { type FlowStore, type FlowStoreOptions, openFlowLog, openFlowStore, StoreError } from '../src/index.ts'
import { blockOf, octetsOf } from './blocks.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-store-'))
after(() => rmSync(root, { recursive: true }))
let count = 0
const freshFolder = (): string => join(root, String(++count))
/** The start of an hour, so that windows can be aligned to every bucket. */
const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
const day = 86_400
const settings = (folder: string): FlowStoreOptions => ({
  folder,
  retention: { raw: day, minute: 7 * day, fiveMinutes: 90 * day, hour: 1825 * day },
  maxOctets: 1e10,
  memoryOctets: 512 * 2 ** 20,
})
const v6 = parsePrefix('2001:db8::/32')
const always = { from: 0, to: hour + 7_200_000 }

/** A store over a log with `blocks` of 1,000 rows; block b ends b minutes after the hour, rows one millisecond apart. */
async function storeWith(folder: string, blocks: number, lasts = 0): Promise<FlowStore> {
  const log = openFlowLog({ folder }, hour)
  let last: number | undefined = 0
  for (let b = 0; b < blocks; b++) {
    last = log.append(blockOf({ rows: 1000, end: hour + b * 60_000, lasts, seed: b }), Date.now())
  }
  log.close(hour)
  const store = await openFlowStore(settings(folder))
  await store.loaded(last!)
  return store
}

/** Of sites and devices only the first two have names, of exporters and applications fewer. */
const names = {
  exporter: ['192.0.2.1'],
  srcSite: ['office', 'factory'],
  dstSite: ['office', 'factory'],
  application: [],
  ingressEdge: ['pe-1', "o'hare"],
  egressEdge: ['pe-1', "o'hare"],
}

/** The answer of a database that is not the store's. */
async function rowsOf(sql: string): Promise<unknown[][]> {
  const database = await DuckDBInstance.create()
  const connection = await database.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRows()
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

describe('the flow store', () => {
  test('answers the same from memory, from sealed files, and after a restart', async () => {
    const folder = freshFolder()
    const store = await storeWith(folder, 4)
    const questions = async (s: FlowStore): Promise<unknown> => [
      await s.top({ ...always, by: ['src'], n: 5 }),
      await s.top({ ...always, by: ['srcSite', 'version'], n: 100 }),
      await s.top({ ...always, by: ['dst'], n: 10, observations: 'all' }),
      await s.top({ ...always, by: ['dst'], n: 10, filter: [{ dimension: 'dst', is: 'equal', value: v6 }] }),
      await s.top({ ...always, by: ['exporter', 'inIf'], n: 10, observations: 'all' }),
      await s.top({ ...always, by: ['srcAs'], n: 10, filter: [{ dimension: 'dstAs', is: 'not-equal', value: 7 }] }),
      await s.top({ from: hour + 30_000, to: hour + 130_000, by: ['src'], n: 5 }),
      await s.top({ ...always, by: ['src', 'dst', 'srcPort', 'dstPort', 'protocol'], n: 3 }),
      (await s.series({ from: hour, to: hour + 600_000, step: 60_000, by: 'version' })).lines,
      (await s.matrix({ from: hour, to: hour + 600_000, between: 'sites' })).cells,
      (await s.matrix({ from: hour, to: hour + 90_000, between: 'edges' })).cells,
      (await s.interfaceSeries({ from: hour, to: hour + 600_000, step: 60_000 })).lines,
    ]
    const fromMemory = await questions(store)
    const top = await store.top({ ...always, by: ['src'], n: 5 })
    assert.deepEqual(top.total, { octets: 4 * octetsOf(1000), packets: 4000, flows: 4000 })
    await store.seal()
    assert.deepEqual(await questions(store), fromMemory)
    const { sealedTo, records, files } = await store.stats()
    assert.deepEqual([sealedTo, records, files], [4, 4000, 8])
    await store.close()
    const again = await openFlowStore(settings(folder))
    assert.deepEqual(await questions(again), fromMemory)
    assert.equal((await again.stats()).records, 4000)
    await again.close()
  })

  test('answers top queries from the sums made at sealing, without records that it need not read', async () => {
    const folder = freshFolder()
    const store = await storeWith(folder, 3)
    const query = { ...always, by: ['src'], n: 5, observations: 'all' } as const
    const before = await store.top(query)
    await store.seal()
    for (const name of readdirSync(join(folder, 'raw'))) writeFileSync(join(folder, 'raw', name), 'no longer records')
    assert.deepEqual(await store.top(query), before)
    await assert.rejects(store.top({ ...query, by: ['srcPort'] }), { name: 'StoreError' })
    await assert.rejects(store.top({ ...query, from: hour + 1 }), { name: 'StoreError' })
    await store.close()
  })

  test('answers from the rollups where the records were removed, and says from when on it answers', async () => {
    const folder = freshFolder()
    const arrivedAt = Date.now() - 3_600_000
    const log = openFlowLog({ folder }, hour)
    for (let b = 0; b < 4; b++) log.append(blockOf({ rows: 1000, end: hour + b * 60_000 }), arrivedAt + b * 60_000)
    const store = await openFlowStore({ ...settings(folder), retention: { ...settings(folder).retention, raw: 60 } })
    await store.loaded(4)
    const window = { from: hour - 600_000, to: hour + 600_000 }
    const filter = [{ dimension: 'version', is: 'equal', value: 6 }] as const
    const ask = async (): Promise<unknown> => [
      await store.top({ ...window, by: ['srcSite', 'application'], n: 3 }),
      await store.top({ ...window, by: ['ingress'], n: 9, filter }),
    ]
    const before = await ask()
    await store.seal() // which removes the records
    assert.equal((await store.stats()).records, 0)
    assert.deepEqual(await ask(), before)
    const lost = await store.top({ ...window, by: ['src'], n: 3 })
    assert.deepEqual([lost.items, lost.keptSince], [[], window.to], 'nothing is kept')
    const path = join(folder, 'export.parquet')
    assert.equal((await store.exportParquet({ ...window, path, names })).keptSince, window.to)

    const later = log.append(blockOf({ rows: 10, end: hour + 300_000 }), hour + 300_000)!
    store.notify(later)
    await store.loaded(later)
    const { from, keptSince, total } = await store.top({ ...window, by: ['src'], n: 3 })
    assert.deepEqual([from, keptSince, total.flows], [hour + 300_000, hour + 300_000, 10])
    assert.equal((await store.exportParquet({ ...window, path, names })).keptSince, hour + 300_000)
    const { total: all, keptSince: whole } = await store.top({ ...window, by: ['srcSite'], n: 3 })
    assert.deepEqual([all.flows, whole], [4010, undefined])
    await store.close()
    log.close(hour)
  })

  test('a series has the largest keys one by one and all others together, from memory and from rollups', async () => {
    const store = await storeWith(freshFolder(), 2)
    const query = { from: hour, to: hour + 120_000, step: 60_000, by: 'application' } as const
    const check = async (): Promise<void> => {
      const all = await store.series(query)
      assert.deepEqual(
        all.lines.map(({ key }) => key),
        [3, 2, 1, 0],
      )
      assert.deepEqual(all.rest, { octets: [0, 0], packets: [0, 0] })
      const { lines, rest, completeFrom } = await store.series({ ...query, n: 3 })
      assert.deepEqual(lines, all.lines.slice(0, 3))
      assert.deepEqual(rest, { octets: all.lines[3]!.octets, packets: all.lines[3]!.packets })
      assert.equal(completeFrom, 0)
    }
    await check()
    await store.seal()
    await check()
    await store.close()
  })

  test('filters by every kind of term', async () => {
    const store = await storeWith(freshFolder(), 1)
    const flows = async (filter: Parameters<FlowStore['top']>[0]['filter']): Promise<number> =>
      (await store.top({ ...always, by: ['protocol'], n: 1, filter: filter! })).total.flows
    const equal = 'equal' as const
    assert.equal(await flows([{ dimension: 'version', is: equal, value: 6 }]), 333)
    assert.equal(await flows([{ dimension: 'version', is: 'not-equal', value: 6 }]), 667)
    assert.equal(await flows([{ dimension: 'src', is: equal, value: parsePrefix('::/0') }]), 333)
    assert.equal(await flows([{ dimension: 'src', is: equal, value: parsePrefix('0.0.0.0/0') }]), 667)
    assert.equal(await flows([{ dimension: 'src', is: 'not-equal', value: parsePrefix('0.0.0.0/0') }]), 333)
    assert.equal(await flows([{ dimension: 'src', is: equal, value: parsePrefix('2001:db8::/32') }]), 333)
    assert.equal(await flows([{ dimension: 'src', is: equal, value: parsePrefix('2001:db8::7/128') }]), 1)
    assert.equal(await flows([{ dimension: 'dst', is: equal, value: parsePrefix('10.0.0.0/25') }]), 427)
    assert.equal(await flows([{ dimension: 'srcPort', is: equal, value: 1024 }]), 1)
    assert.equal(await flows([{ dimension: 'tos', is: equal, value: 1 }]), 0)
    await store.close()
  })

  test('has values of one dimension as alternatives, ranges, and what either end may have', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    const block = blockOf({ rows: 9, end: hour })
    block.version.fill(4)
    for (let row = 0; row < 9; row++) {
      block.srcAddr.set([0x0a000000 + row, 0xffff, 0, 0], row * 4)
      block.dstAddr.set([0x0a000001 + row, 0xffff, 0, 0], row * 4)
    }
    block.srcPort.set([1, 2, 3, 4, 5, 6, 7, 8, 9])
    block.dstPort.set([9, 1, 1, 1, 1, 1, 1, 1, 1])
    block.tos.set([183, 184, 185, 187, 188, 46, 0, 0, 0])
    block.version[8] = 0
    log.append(block, hour)
    log.close(hour)
    const store = await openFlowStore(settings(folder))
    const host = (text: string) => ({ is: 'equal', value: parsePrefix(text) }) as const
    type Filter = NonNullable<Parameters<FlowStore['top']>[0]['filter']>
    const rows: readonly (readonly [string, Filter, number])[] = [
      ['either of two prefixes', ['10.0.0.1/32', '10.0.0.4/31'].map((one) => ({ dimension: 'src', ...host(one) })), 3],
      ['neither of two', [1, 2].map((value) => ({ dimension: 'srcPort', is: 'not-equal', value })), 7],
      [
        'both of two dimensions',
        [
          { dimension: 'src', ...host('10.0.0.1/32') },
          { dimension: 'dst', ...host('10.0.0.1/32') },
        ],
        0,
      ],
      ['the address of either end', [{ dimension: 'host', ...host('10.0.0.1/32') }], 2],
      ['the address of no end', [{ dimension: 'host', ...host('10.0.0.1/32'), is: 'not-equal' }], 7],
      ['the port of either end', [{ dimension: 'port', is: 'equal', value: 9 }], 2],
      ['a range with its ends', [{ dimension: 'srcPort', is: 'equal', value: { from: 3, to: 5 } }], 3],
      ['no port of a range', [{ dimension: 'port', is: 'not-equal', value: { from: 2, to: 9 } }], 0],
      ['the code point whatever the last two bits are', [{ dimension: 'dscp', is: 'equal', value: 46 }], 3],
      ['the whole octet', [{ dimension: 'tos', is: 'equal', value: 46 }], 1],
      ['what is not IP', [{ dimension: 'version', is: 'equal', value: 0 }], 1],
    ]
    const check = async (by: 'protocol' | 'srcPort'): Promise<void> => {
      for (const [what, filter, flows] of rows)
        assert.equal((await store.top({ ...always, by: [by], n: 1, filter })).total.flows, flows, what)
    }
    await check('protocol')
    await store.seal()
    await check('protocol')
    await check('srcPort')
    const backwards = [{ dimension: 'port', is: 'equal', value: { from: 2, to: 1 } }] as const
    await assert.rejects(store.top({ ...always, by: ['src'], n: 1, filter: backwards }), /"port" must go upwards/)
    await store.close()
  })

  test('keeps 128-bit addresses whole, in memory and in Parquet', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    const block = blockOf({ rows: 3, end: hour })
    block.srcAddr.set([0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc], 0)
    block.srcAddr.set([1, 2, 3, 4], 4)
    block.srcAddr.set([0xc0000201, 0xffff, 0, 0], 8)
    log.append(block, hour)
    log.close(hour)
    const store = await openFlowStore(settings(folder))
    const keys = async (): Promise<readonly unknown[]> =>
      (await store.top({ ...always, by: ['src'], n: 3 })).items.map(({ key }) => key[0])
    const expected = ['192.0.2.1', '0:4:0:3:0:2:0:1', 'ffff:fffc:ffff:fffd:ffff:fffe:ffff:ffff']
    assert.deepEqual(await keys(), expected)
    await store.seal()
    assert.deepEqual(await keys(), expected)
    await store.close()
  })

  test('a record counts in each minute in proportion to its time', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    // 90 seconds that end 105 seconds past the hour: 45 seconds in each of the first two minutes.
    const block = blockOf({ rows: 1, end: hour + 105_000, lasts: 90_000 })
    block.octets[0] = 9000
    block.packets[0] = 90
    log.append(block, hour)
    const clockless = blockOf({ rows: 2, end: hour + 30_000 })
    clockless.start.set([0, 0, 0xffffffff, 0xffffffff])
    log.append(clockless, hour)
    const extreme = blockOf({ rows: 1, end: hour })
    for (const column of [extreme.end, extreme.start, extreme.octets, extreme.packets]) column.fill(0xffffffff)
    log.append(extreme, hour)
    log.close(hour)
    const store = await openFlowStore(settings(folder))
    const check = async (): Promise<void> => {
      const window = { from: hour, to: hour + 180_000 }
      const { lines } = await store.series({ ...window, step: 60_000 })
      assert.deepEqual(lines[0]?.octets, [4503, 4500, 0])
      assert.deepEqual(lines[0]?.packets, [47, 45, 0])
      const { total } = await store.top({ ...window, by: ['protocol'], n: 1 })
      assert.deepEqual(total, { octets: 9003, packets: 92, flows: 3 })
      const part = await store.top({ from: hour + 60_000, to: hour + 75_000, by: ['protocol'], n: 1 })
      assert.deepEqual(part.total, { octets: 1500, packets: 15, flows: 0 })
      const { cells } = await store.matrix({ from: hour + 60_000, to: hour + 75_000, between: 'sites' })
      assert.deepEqual(
        cells.map(({ octets }) => octets),
        [1500],
      )
    }
    await check()
    await store.seal()
    await check()
    await store.close()
  })

  test('counts non-IP traffic in a matrix as neither IPv4 nor IPv6', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    const block = blockOf({ rows: 3, end: hour })
    block.version[1] = 0 // of rows with 1, 2 and 3 octets
    log.append(block, hour)
    log.close(hour)
    const store = await openFlowStore(settings(folder))
    const check = async (): Promise<void> => {
      const { cells } = await store.matrix({ ...always, between: 'sites' })
      const sum = (octets: 'octets' | 'ipv4Octets' | 'ipv6Octets'): number =>
        cells.reduce((total, cell) => total + cell[octets], 0)
      assert.deepEqual([sum('octets'), sum('ipv4Octets'), sum('ipv6Octets')], [6, 1, 3])
    }
    await check()
    await store.seal()
    await check()
    await store.close()
  })

  test('multiplies by the sampling rate', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    log.append(blockOf({ rows: 10, end: hour, samplingRate: 1000 }), hour)
    log.append(blockOf({ rows: 10, end: hour, samplingRate: 0 }), hour)
    log.close(hour)
    const store = await openFlowStore(settings(folder))
    const { total } = await store.top({ ...always, by: ['src'], n: 1 })
    assert.deepEqual(total, { octets: 1001 * octetsOf(10), packets: 10_010, flows: 20 })
    await store.close()
  })

  test('exports records for other programs, and an empty window as an empty file', async () => {
    const folder = freshFolder()
    const store = await storeWith(folder, 2)
    await store.seal()
    const path = join(folder, 'export.parquet')
    const { records, octets } = await store.exportParquet({ ...always, path, names })
    assert.equal(records, 2000)
    assert.ok(octets > 1000)
    const columns = 'exporter, srcSite, dstSite, application, ingressEdge, egressEdge, samplingRate'
    assert.deepEqual(
      await rowsOf(`SELECT ${columns} FROM '${path}' WHERE srcSite = 'office' ORDER BY octets LIMIT 1`),
      [['192.0.2.1', 'office', null, null, 'pe-1', "o'hare", 1]],
    )
    assert.deepEqual(await rowsOf(`SELECT DISTINCT exporter FROM '${path}' ORDER BY ALL`), [['192.0.2.1'], [null]])
    assert.equal((await store.exportParquet({ from: 1, to: 2, path, names })).records, 0)
    await store.close()
  })

  test('removes at its start the drafts of exports that a killed process left', async () => {
    const folder = freshFolder()
    const before = await storeWith(folder, 1)
    await before.close()
    const { draftFolder } = before
    mkdirSync(join(draftFolder, 'export-1'), { recursive: true })
    writeFileSync(join(draftFolder, 'export-1', 'flows.parquet'), 'a draft')
    const store = await openFlowStore(settings(folder))
    assert.deepEqual(readdirSync(draftFolder), [])
    await store.close()
  })

  test('says what is wrong with a query', async () => {
    const store = await storeWith(freshFolder(), 1)
    await assert.rejects(store.top({ from: 2, to: 1, by: ['src'], n: 1 }), { name: 'RangeError', message: /"from"/ })
    await assert.rejects(store.top({ ...always, by: [], n: 1 }), { name: 'RangeError', message: /"by"/ })
    await assert.rejects(store.series({ ...always, step: 1000 }), { name: 'RangeError', message: /"step"/ })
    const hours = { ...always, step: 3_600_000, from: hour }
    await assert.rejects(store.series({ ...hours, n: 101 }), { name: 'RangeError', message: /"n" must be 1..100/ })
    const filter = [{ dimension: 'tos', is: 'equal', value: 0 } as const]
    await assert.rejects(store.series({ ...hours, filter }), { name: 'RangeError', message: /only, got tos$/ })
    await assert.rejects(store.exportParquet({ ...always, path: '/nowhere/file', names }), { name: 'StoreError' })
    await store.close()
    await assert.rejects(store.stats(), { name: 'StoreError', code: 'closed' })
  })

  test('cancels a query when its signal is aborted or its deadline has passed', async () => {
    const store = await storeWith(freshFolder(), 20)
    const query = { ...always, by: ['src', 'dst', 'srcPort', 'dstPort'] as const, n: 10_000 }
    await assert.rejects(store.top(query, { signal: AbortSignal.abort(new Error('gone')) }), { message: 'gone' })
    const aborted = new AbortController()
    const many = Array.from({ length: 20 }, () => store.top(query, { signal: aborted.signal }))
    aborted.abort(new Error('gone'))
    for (const each of many) await assert.rejects(each, { message: 'gone' })
    const late = Array.from({ length: 10 }, () => store.top(query, { deadline: 1 }))
    const results = await Promise.allSettled(late)
    const refused = results.filter((each) => each.status === 'rejected')
    assert.ok(refused.length > 0)
    for (const { reason } of refused) assert.ok(reason instanceof StoreError && reason.code === 'deadline')
    assert.equal((await store.top({ ...query, n: 1 })).total.flows, 20_000)
    await store.close()
  })

  test('refuses queries beyond its limit, and answers the others', async () => {
    const store = await storeWith(freshFolder(), 5)
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, () => store.top({ ...always, by: ['src'], n: 3 })),
    )
    const refused = results.filter((each) => each.status === 'rejected')
    assert.ok(refused.length > 0)
    for (const { reason } of refused) assert.equal((reason as StoreError).code, 'busy')
    for (const each of results) if (each.status === 'fulfilled') assert.equal(each.value.total.flows, 5000)
    await store.close()
  })

  test('while blocks arrive, each answer has whole blocks, each once', async () => {
    const folder = freshFolder()
    const log = openFlowLog({ folder }, hour)
    const store = await openFlowStore({ ...settings(folder), hotRows: 5000 })
    let sent = 0
    let seen = 0
    for (let turn = 0; turn < 60; turn++) {
      for (let b = 0; b < 3; b++) store.notify(log.append(blockOf({ rows: 500, end: hour + sent++ }), Date.now())!)
      const { total } = await store.top({ ...always, by: ['version'], n: 2 })
      assert.equal(total.flows % 500, 0)
      assert.equal(total.octets, (total.flows / 500) * octetsOf(500))
      assert.ok(total.flows / 500 >= seen && total.flows / 500 <= sent)
      seen = total.flows / 500
    }
    await store.loaded(sent)
    assert.equal((await store.top({ ...always, by: ['version'], n: 2 })).total.flows, 90_000)
    assert.ok((await store.stats()).sealedTo > 0)
    assert.equal((await store.stats()).lagSeconds, 0)
    log.close(hour)
    await store.close()
    assert.ok(readdirSync(join(folder, 'log')).length >= 1)
  })

  test('restarts when its thread fails, and continues where it was', async () => {
    const folder = freshFolder()
    const events: string[] = []
    const log = openFlowLog({ folder }, hour)
    const store = await openFlowStore({ ...settings(folder), onEvent: ({ event }) => events.push(event) })
    store.notify(log.append(blockOf({ rows: 100, end: hour }), hour)!)
    await store.loaded(1)
    renameSync(join(folder, 'log'), join(folder, 'away'))
    writeFileSync(join(folder, 'log'), '')
    const asked = store.loaded(2)
    store.notify(2)
    while (!events.includes('store.failed')) await setTimeout(20)
    await assert.rejects(store.stats(), { name: 'StoreError', code: 'failed' })
    rmSync(join(folder, 'log'))
    renameSync(join(folder, 'away'), join(folder, 'log'))
    assert.equal(log.append(blockOf({ rows: 100, end: hour }), hour), 2)
    await asked
    assert.equal((await store.top({ ...always, by: ['version'], n: 1 })).total.flows, 200)
    await store.close()
    log.close(hour)
  })
})
