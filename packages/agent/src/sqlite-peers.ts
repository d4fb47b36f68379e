/** The newest documents of agents that were met, in a folder: they outlive kill -9, and the last ones not a power failure. @module */
import type { AgentId, CompactJws } from '@vagus/identity'
import type { KeptPeer, PeerStore } from './newest-documents.ts'
import { openPrivateDatabase } from './private-database.ts'

/** Some 6 KiB each, 64 KiB at most. At the limit the one that was kept longest ago goes. */
const maxPeers = 4096

/** @throws the system's error when the folder is not ours to write, or another process has it open */
export function openSqlitePeers(folder: string): PeerStore {
  const database = openPrivateDatabase(folder, 'peers.sqlite', 2000)
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS peer (
      id TEXT PRIMARY KEY, document TEXT NOT NULL, shown_epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS peer_by_time ON peer (at);`)
  const find = database.prepare('SELECT document, shown_epoch AS shownEpoch, at FROM peer WHERE id = ?')
  const keep = database.prepare('INSERT OR REPLACE INTO peer VALUES (?, ?, ?, ?)')
  const oldest = database.prepare('DELETE FROM peer WHERE id IN (SELECT id FROM peer ORDER BY at LIMIT ?)')
  let count = Number(database.prepare('SELECT count(*) AS count FROM peer').get()!['count'])
  return {
    find(id: AgentId) {
      const row = find.get(id)
      if (row === undefined) return undefined
      const { document, shownEpoch, at } = row
      return { document: document as CompactJws, shownEpoch: Number(shownEpoch), at: Number(at) }
    },
    keep(id: AgentId, { document, shownEpoch, at }: KeptPeer) {
      try {
        if (find.get(id) === undefined) count += 1
        keep.run(id, document, shownEpoch, at)
        if (count > maxPeers) count -= Number(oldest.run(count - maxPeers).changes)
      } catch {
        // It is in memory still; what the disk refuses, the journal beside it says.
      }
    },
    close: () => database.close(),
  }
}
