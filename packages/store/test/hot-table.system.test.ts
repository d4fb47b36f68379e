import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { createFlowBlock, flowColumns } from '@vagus/flow'
import { HotTable } from '../src/hot/hot-table.ts'
import { VectorWriter } from '../src/hot/vector-writer.ts'
import { entryOf, readEntry, seal } from '../src/log/entry.ts'

/** Words of a column as one number, least significant first. */
const valueOf = (words: ArrayLike<number>, at: number, count: number): bigint =>
  Array.from({ length: count }).reduceRight<bigint>((sum, _, i) => (sum << 32n) | BigInt(words[at + i]!), 0n)

test('every column of every row comes through the memory copy as it was, over several chunks', async () => {
  const rows = 5000
  const block = createFlowBlock(rows)
  block.length = rows
  let state = 1
  for (const octet of new Uint8Array(block.buffer).keys()) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    new Uint8Array(block.buffer, octet, 1)[0] = state >>> 24
  }
  const octets = entryOf(block, 1)
  seal(octets, 1)
  const entry = readEntry(octets, 0)
  assert.ok(typeof entry === 'object')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const table = await HotTable.create(connection, 'hot', new VectorWriter())
  table.append({ ...entry, octets })
  assert.equal(table.rows, 0)
  table.flush()
  assert.deepEqual([table.rows, table.from, table.to], [rows, 1, 1])
  const found = (await connection.runAndReadAll('SELECT * FROM hot')).getRowObjects()
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
  connection.closeSync()
})
