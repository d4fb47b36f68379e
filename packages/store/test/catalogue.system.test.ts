/** Files that a restart uses when some cannot be read. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Damage } from '../src/log/log-reader.ts'
import { Catalogue } from '../src/sealed/catalogue.ts'
import { rawKind } from '../src/sealed/tiers.ts'
import { writeStoredFile } from '../src/sealed/write-parquet.ts'

test('a file that cannot be read now is reported and left, a damaged one is set aside', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'vagus-catalogue-'))
  t.after(() => rmSync(root, { recursive: true }))
  const raw = join(root, rawKind.folder)
  mkdirSync(raw)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const facts = { rows: 1, firstAt: 1, lastAt: 1, earliest: 1, latest: 1 }
  await writeStoredFile(connection, 'SELECT 1 AS one', raw, { from: 1, to: 1 }, facts)
  writeFileSync(join(raw, '000000000002-000000000002.parquet'), 'no file of ours, but long enough')

  const refusing = {
    runAndReadAll: async () => {
      throw new Error('IO Error: Cannot open file: Too many open files')
    },
  } as unknown as DuckDBConnection
  const open = async (database: DuckDBConnection): Promise<readonly [number, readonly Damage[]]> => {
    const told: Damage[] = []
    const catalogue = await Catalogue.open(database, root, (damage) => told.push(damage))
    assert.equal(catalogue.covered, 2)
    return [catalogue.files(rawKind).length, told]
  }
  const [none, unread] = await open(refusing)
  assert.equal(none, 0)
  assert.deepEqual(
    unread.map(({ file, problem }) => [file, problem]),
    ['raw/000000000001-000000000001.parquet', 'raw/000000000002-000000000002.parquet'].map((file) => [
      file,
      'not readable now, left for the next start: IO Error: Cannot open file: Too many open files',
    ]),
  )
  const [one, damaged] = await open(connection)
  assert.equal(one, 1)
  assert.deepEqual(
    damaged.map(({ file }) => file),
    ['raw/000000000002-000000000002.parquet'],
  )
  assert.deepEqual(readdirSync(raw).sort(), [
    '000000000001-000000000001.parquet',
    '000000000002-000000000002.parquet.damaged',
  ])
})
