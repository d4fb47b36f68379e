/**
 * The newest documents of agents that were met, in a folder. They survive kill -9; the last ones may not survive a
 * power failure. @module
 */
import type { AgentId, CompactJws } from '@vagus/identity'
import { openPrivateDatabase } from '@vagus/sqlite'
import type { KeptPeer, PeerStore, Standing } from './newest-documents.ts'

/** Maximum of each standing; about 6 KiB each, 64 KiB at most. At the limit the one stored longest ago is dropped. */
const maxPeers = 4096

/** @throws the system's error if the folder is not ours to write, or another process has it open @throws {NewerLayoutError} */
export function openSqlitePeers(folder: string): PeerStore {
  const database = openPrivateDatabase(folder, 'peers.sqlite', 2000, 1)
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS peer (
      id TEXT PRIMARY KEY, document TEXT NOT NULL, shown_epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;`)
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('peer')
  if (!columns.some(({ name }) => name === 'standing'))
    database.exec("ALTER TABLE peer ADD COLUMN standing TEXT NOT NULL DEFAULT 'stranger'")
  database.exec('CREATE INDEX IF NOT EXISTS peer_by_standing ON peer (standing, at); DROP INDEX IF EXISTS peer_by_time')
  const find = database.prepare('SELECT document, shown_epoch AS shownEpoch, at, standing FROM peer WHERE id = ?')
  const keep = database.prepare(
    'INSERT OR REPLACE INTO peer (id, document, shown_epoch, at, standing) VALUES (?, ?, ?, ?, ?)',
  )
  const oldest = database.prepare(
    'DELETE FROM peer WHERE id IN (SELECT id FROM peer WHERE standing = ? ORDER BY at LIMIT ?)',
  )
  const countOf = (standing: Standing): number =>
    Number(database.prepare('SELECT count(*) AS count FROM peer WHERE standing = ?').get(standing)!['count'])
  const counts = { wanted: countOf('wanted'), stranger: countOf('stranger') }
  return {
    find(id: AgentId) {
      const row = find.get(id)
      if (row === undefined) return undefined
      const { document, shownEpoch, at, standing } = row
      const kept = { document: document as CompactJws, shownEpoch: Number(shownEpoch), at: Number(at) }
      return { ...kept, standing: standing as Standing }
    },
    keep(id: AgentId, { document, shownEpoch, at, standing }: KeptPeer) {
      try {
        const before = find.get(id)
        keep.run(id, document, shownEpoch, at, standing)
        if (before !== undefined) counts[before['standing'] as Standing] -= 1
        counts[standing] += 1
        if (counts[standing] <= maxPeers) return
        counts[standing] -= Number(oldest.run(standing, counts[standing] - maxPeers).changes)
      } catch {
        // It is still in memory; the journal beside it reports disk errors.
      }
    },
    close: () => database.close(),
  }
}
