import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { NewerLayoutError } from '@vagus/sqlite'
import { Notes } from '../src/notes.ts'

const day = 86_400_000

test('states that nobody went on from are forgotten after a week, also by a side-car that runs on', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.now() })
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  notes.addCall({ id: 'c', caller: '', agent: 'worker', target: '/', digest: '', rpcId: undefined, head: undefined })
  notes.setProgress('p', 1, 'begun')
  t.mock.timers.tick(7 * day)
  assert.equal(notes.progress('p', 1), 'begun')
  t.mock.timers.tick(day)
  assert.equal(notes.progress('p', 1), undefined)
  assert.equal(notes.call('c')?.agent, 'worker', 'a call may run for longer')
})

test('of how far a stream had come, the two newest states are kept', (t) => {
  const notes = new Notes(':memory:')
  t.after(() => notes.close())
  for (const cursor of [1, 2, 3, 4]) notes.setProgress('p', cursor, cursor)
  assert.deepEqual(
    [1, 2, 3, 4, 9].map((sent) => notes.progress('p', sent)),
    [undefined, undefined, 3, 4, 4],
  )
})

test('notes of a later version are kept with columns that are not known here, but not with another layout', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-notes-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'notes.sqlite')
  const change = (sql: string): void => {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
  }
  new Notes(file).close()
  for (const table of ['calls', 'progress', 'card_skills']) change(`ALTER TABLE ${table} ADD COLUMN later TEXT`)
  const notes = new Notes(file)
  notes.addCall({ id: 'c', caller: '', agent: 'worker', target: '/', digest: '', rpcId: undefined, head: undefined })
  notes.setProgress('p', 1, 'begun')
  notes.setCardSkills(['a'])
  assert.deepEqual([notes.call('c')?.agent, notes.progress('p', 1), notes.cardSkills()], ['worker', 'begun', ['a']])
  notes.close()
  change('PRAGMA user_version = 2')
  assert.throws(() => new Notes(file), NewerLayoutError)
})

test('are readable by nobody else, also in a folder that is open to others', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-notes-'))
  t.after(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, 0o755)
  const notes = new Notes(join(folder, 'sidecar.sqlite'))
  t.after(() => notes.close())
  notes.setProgress('p', 1, 'begun')
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
})
