import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { keepPrivate, openPrivateDatabase } from '../src/index.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-sqlite-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
const modesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`)

test('a database and all that SQLite puts beside it are readable by nobody else', (t) => {
  const folder = folderOf(t)
  chmodSync(folder, 0o755)
  const database = openPrivateDatabase(folder, 'a.sqlite', 0, 1)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x)')
  assert.deepEqual(modesIn(folder), ['a.sqlite 600', 'a.sqlite-shm 600', 'a.sqlite-wal 600'])
  database.close()
})

test('files that others could read before are closed to them, a journal that was left behind too', (t) => {
  const folder = folderOf(t)
  const files = ['a.sqlite', 'a.sqlite-journal', 'a.sqlite-shm', 'a.sqlite-wal']
  for (const name of [...files, 'b.sqlite']) {
    writeFileSync(join(folder, name), '')
    chmodSync(join(folder, name), 0o644)
  }
  keepPrivate(join(folder, 'a.sqlite'))
  assert.deepEqual(modesIn(folder), [...files.map((name) => `${name} 600`), 'b.sqlite 644'])
})

test('a folder that is missing is made for its user alone', (t) => {
  const folder = join(folderOf(t), 'state')
  openPrivateDatabase(folder, 'a.sqlite', 0, 1).close()
  assert.equal(statSync(folder).mode & 0o777, 0o700)
})

test('a layout of before is marked as the present one, and a later one is refused and stays as it is', (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'a.sqlite')
  openPrivateDatabase(folder, 'a.sqlite', 0, 1).close()
  openPrivateDatabase(folder, 'a.sqlite', 0, 2).close()
  const before = readFileSync(file)
  assert.throws(() => openPrivateDatabase(folder, 'a.sqlite', 0, 1), {
    name: 'NewerLayoutError',
    code: 'newer-layout',
    message: `${file} was written by a newer version of Vagus (layout 2; this one knows 1)`,
  })
  assert.deepEqual(readFileSync(file), before)
})
