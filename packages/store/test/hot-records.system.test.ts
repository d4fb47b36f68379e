import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { createFlowBlock, flowColumns } from '@vagus/flow'
import { HotRecords } from '../src/hot/hot-records.ts'
import { writeTo } from '../src/hot/memory-file.ts'
import { RowGroup, rowsPerGroup } from '../src/hot/row-group.ts'
import { entryOf, readEntry, seal } from '../src/log/entry.ts'
import { Leases } from '../src/sealed/leases.ts'
import { databaseColumns } from '../src/sql/columns.ts'

/** Words of a column as one number, least significant first. */
const valueOf = (words: ArrayLike<number>, at: number, count: number): bigint =>
  Array.from({ length: count }).reduceRight<bigint>((sum, _, i) => (sum << 32n) | BigInt(words[at + i]!), 0n)

test('every column of every row is read unchanged from a file in memory', async () => {
  const rows = 5000
  const blocks = 30
  const block = createFlowBlock(rows)
  block.length = rows
  let state = 1
  for (const octet of block.memory.keys()) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    block.memory[octet] = state >>> 24
  }
  const parts = entryOf(block, 1)
  seal(parts, 1)
  const octets = Uint8Array.from([...parts.header, ...parts.body])
  const entry = readEntry(octets, 0)
  assert.ok(typeof entry === 'object')
  const hot = new HotRecords(new Leases(), tmpdir(), new RowGroup())
  for (let number = 1; number <= blocks; number++) hot.append({ ...entry, block: number, octets })
  // A row group holds whole blocks, and can be queried as soon as it is full.
  assert.equal(hot.rows, Math.floor(rowsPerGroup / rows) * rows)
  hot.flush()
  assert.deepEqual([hot.rows, hot.from, hot.to, hot.files.length], [blocks * rows, 1, blocks, 2])
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const { path } of hot.files) {
    const types = (await connection.runAndReadAll(`DESCRIBE FROM read_parquet('${path}')`)).getRows()
    assert.deepEqual(
      types.map(([name, type]) => [name, type]),
      databaseColumns.map(({ name, type }) => [name, type.toString()]),
    )
    const found = (await connection.runAndReadAll(`FROM read_parquet('${path}') LIMIT ${rows}`)).getRowObjects()
    assert.equal(found.length, rows)
    for (const [index, row] of found.entries()) {
      for (const { name, type } of flowColumns) {
        const column = block[name]
        if (type === 'uint128') {
          const half = name === 'srcAddr' ? 'src' : 'dst'
          assert.equal(row[`${half}Low`], valueOf(column, index * 4, 2))
          assert.equal(row[`${half}High`], valueOf(column, index * 4 + 2, 2))
        } else if (type === 'uint64') assert.equal(row[name], valueOf(column, index * 2, 2))
        else assert.equal(row[name], column[index])
      }
    }
  }
  connection.closeSync()
  const descriptors = readdirSync('/proc/self/fd').length
  hot.drop()
  assert.equal(readdirSync('/proc/self/fd').length, descriptors - 2)
})

test('without room in memory, files go to the disk, and leave nothing behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-memory-file-'))
  const file = writeTo(folder, [new Uint8Array([1, 2]), new Uint8Array([3])])
  assert.deepEqual([...readFileSync(file.path)], [1, 2, 3])
  assert.deepEqual(readdirSync(folder), [])
  file.close()
  assert.throws(() => writeTo(join(folder, 'nowhere'), []), { code: 'ENOENT' })
  rmSync(folder, { recursive: true })
})
