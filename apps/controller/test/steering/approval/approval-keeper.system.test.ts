/** What stands in the book survives kill -9, and the epoch only grows. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openControlStore } from '@vagus/store'
import { approvalKeeper, nextEpoch } from '../../../src/steering/approval/approval-keeper.ts'
import { LeaseBook } from '../../../src/steering/approval/lease-book.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-leases-'))
const path = join(folder, 'control.sqlite')
after(() => rmSync(folder, { recursive: true, force: true }))

/** Writes what was begun, and is killed at once. */
const script = `
  import { openControlStore } from '@vagus/store'
  import { approvalKeeper } from './approval-keeper.ts'
  import { LeaseBook } from './lease-book.ts'
  const control = openControlStore({ path: process.argv[1] })
  const book = new LeaseBook(approvalKeeper(control, Date.now))
  for (let number = 1; number <= 3; number++)
    book.change({ begun: [{ proposal: 'transit-' + number, neighbour: 'transit', by: 'operator', places: [], until: 1 }] })
  process.kill(process.pid, 'SIGKILL')`

test('a book that was written when its process was killed is read again', () => {
  const cwd = join(import.meta.dirname, '../../../src/steering/approval')
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path], { cwd, stdio: 'inherit' })
  assert.equal(signal, 'SIGKILL')
  const control = openControlStore({ path })
  const { begun, held, owed } = new LeaseBook(approvalKeeper(control, Date.now))
  assert.deepEqual([begun.map(({ proposal }) => proposal), held, owed], [['transit-3'], [], []])
  control.close()
})

test('each start has an epoch above the one before, whatever the clock says', () => {
  const control = openControlStore({ path })
  assert.deepEqual([nextEpoch(control, 5000), nextEpoch(control, 5000), nextEpoch(control, 1000)], [5000, 5001, 5002])
  assert.equal(nextEpoch(control, 9000), 9000)
  control.close()
})
