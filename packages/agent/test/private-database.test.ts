import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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
