import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { JournalRecord } from '@vagus/channel'
import { openSqliteJournal } from '../src/journal/sqlite-journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-journal-'))
after(() => rmSync(folder, { recursive: true }))

test('a journal that a crowd of messages made large is small again when it is opened, and knows what it knew', () => {
  const octetsOf = (): number => statSync(join(folder, 'journal.sqlite')).size
  const MiB = 2 ** 20
  const journal = openSqliteJournal(folder, 'process')
  const { id } = journal.restore()
  const callers = ['x', 'a', 'm'].map((caller): JournalRecord => ({ type: 'floor', caller, floor: 7, doubtedBelow: 0 }))
  journal.append(callers)
  for (let cursor = 1; cursor <= 40; cursor++)
    journal.append([{ type: 'sent', local: 1, cursor, octets: new Uint8Array(MiB).fill(cursor) }])
  journal.append([{ type: 'removed', local: 1 }])
  journal.close()
  assert.ok(octetsOf() > 40 * MiB)
  const again = openSqliteJournal(folder, 'process')
  const restored = again.restore()
  assert.equal(restored.id, id)
  assert.deepEqual([...restored.records], callers)
  again.close()
  assert.ok(octetsOf() < MiB, `${octetsOf()} octets`)
})
