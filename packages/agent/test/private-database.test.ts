import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { openSqliteJournal } from '../src/journal/sqlite-journal.ts'
import { openSqlitePeers } from '../src/peers/sqlite-peers.ts'

test('journal and peers are readable by nobody else, also in a folder that was there, and when they were before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-private-'))
  chmodSync(folder, 0o755)
  const modes = (): readonly string[] =>
    readdirSync(folder).map((file) => `${file} ${(statSync(join(folder, file)).mode & 0o777).toString(8)}`)
  try {
    for (let life = 0; life < 2; life++) {
      const [journal, peers] = [openSqliteJournal(folder, 'process'), openSqlitePeers(folder)]
      journal.restore()
      assert.ok(modes().includes('journal.sqlite 600') && modes().includes('peers.sqlite 600'), modes().join())
      assert.deepEqual(
        modes().filter((mode) => !mode.endsWith(' 600')),
        [],
      )
      journal.close()
      peers.close()
      for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o644)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-layout-'))
  t.after(() => rmSync(folder, { recursive: true }))
  openSqliteJournal(folder, 'process').close()
  openSqlitePeers(folder).close()
  return folder
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

test('columns that a later version added are left alone, where they have a default', (t) => {
  const folder = folderOf(t)
  for (const table of ['fact', 'exchange', 'message', 'caller', 'done'])
    change(join(folder, 'journal.sqlite'), `ALTER TABLE ${table} ADD COLUMN later TEXT NOT NULL DEFAULT 'x'`)
  change(join(folder, 'peers.sqlite'), "ALTER TABLE peer ADD COLUMN later TEXT NOT NULL DEFAULT 'x'")
  const [journal, peers] = [openSqliteJournal(folder, 'process'), openSqlitePeers(folder)]
  journal.restore()
  journal.append([
    { type: 'sent', local: 1, cursor: 1, octets: new Uint8Array(1) },
    { type: 'floor', caller: 'c', floor: 1, doubtedBelow: 0 },
    { type: 'done', caller: 'c', number: 2 },
  ])
  peers.keep('did:key:z6Mk', { document: 'd', shownEpoch: 1, at: 1, standing: 'wanted' })
  assert.equal(peers.find('did:key:z6Mk')?.document, 'd')
  journal.close()
  peers.close()
})

test('what a newer version wrote with another layout is not opened, and stays as it is', (t) => {
  const folder = folderOf(t)
  for (const [file, open] of [
    ['journal.sqlite', () => openSqliteJournal(folder, 'process')],
    ['peers.sqlite', () => openSqlitePeers(folder)],
  ] as const) {
    change(join(folder, file), 'PRAGMA user_version = 3')
    const before = readFileSync(join(folder, file))
    assert.throws(open, {
      code: 'newer-layout',
      message: /^\/.*sqlite was written by a newer .*layout 3; this one knows 1/,
    })
    assert.deepEqual(readFileSync(join(folder, file)), before)
  }
})

test('what a version without numbers of layouts wrote is opened, and numbered', (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'journal.sqlite')
  change(file, 'PRAGMA user_version = 0')
  openSqliteJournal(folder, 'process').close()
  const database = new DatabaseSync(file)
  assert.equal(database.prepare('PRAGMA user_version').get()!['user_version'], 1)
  database.close()
})
