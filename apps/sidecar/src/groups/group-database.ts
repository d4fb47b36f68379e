/**
 * What the groups of an agent keep beside its journal: sealed messages for members that are away, keys, and what programs
 * have not forgotten yet. SQLite with a write-ahead log: kill -9 loses nothing, and a power failure nothing that the agent sent.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Change, GroupStore, StoredEntry } from '@vagus/groups'
import { checkLayout, keepPrivate } from '@vagus/sqlite'
import { Inbox, type Whose } from './inbox.ts'
import { Sizes } from './sizes.ts'

/** Idempotency keys of all groups, some 300 octets each; at the limit the oldest go. */
export const maxPublishedKeys = 65_536

export class GroupDatabase {
  readonly #db: DatabaseSync
  readonly #whose: Whose
  /** Names the inbox: places in another one mean nothing here. */
  readonly id: string

  /** @param path a file, or `:memory:` @param whose what the roster says of a sender @throws {NewerLayoutError} */
  constructor(path: string, whose: Whose) {
    if (path !== ':memory:') keepPrivate(path)
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    this.#whose = whose
    checkLayout(this.#db, path, 1)
    this.#db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS records (grp TEXT, key TEXT, octets BLOB, PRIMARY KEY (grp, key)) STRICT;
      CREATE TABLE IF NOT EXISTS entries (place INTEGER PRIMARY KEY, grp TEXT, log TEXT, seq INTEGER, octets BLOB,
        at INTEGER) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS entries_in_order ON entries (grp, log, seq);
      CREATE INDEX IF NOT EXISTS entries_by_age ON entries (grp, place);
      CREATE TABLE IF NOT EXISTS published (grp TEXT, caller TEXT, key TEXT, digest TEXT, id TEXT, at INTEGER,
        PRIMARY KEY (grp, caller, key)) STRICT;
      CREATE INDEX IF NOT EXISTS published_by_age ON published (at);
      CREATE TABLE IF NOT EXISTS inbox_id (id TEXT) STRICT;`)
    const known = this.#db.prepare('SELECT id FROM inbox_id').get()
    this.id = known === undefined ? randomBytes(6).toString('hex') : String(known['id'])
    if (known === undefined) this.#db.prepare('INSERT INTO inbox_id (id) VALUES (?)').run(this.id)
  }

  /** Of which something is kept. */
  groups(): readonly string[] {
    return this.#db
      .prepare('SELECT DISTINCT grp FROM records')
      .all()
      .map(({ grp }) => String(grp))
  }

  open(group: string): { readonly store: GroupStore; readonly inbox: Inbox } {
    const inbox = new Inbox(this.#db, group, this.#whose)
    return { inbox, store: new SqliteGroupStore(this.#db, group, inbox) }
  }

  /** The message of before under this key of a caller. */
  published(group: string, caller: string, key: string): { readonly digest: string; readonly id: string } | undefined {
    const row = this.#db
      .prepare('SELECT digest, id FROM published WHERE grp = ? AND caller = ? AND key = ?')
      .get(group, caller, key)
    return row && { digest: String(row['digest']), id: String(row['id']) }
  }

  /** Keys are forgotten when the messages are. @param before milliseconds since 1970 */
  notePublished(
    group: string,
    { caller, key, digest, id }: { caller: string; key: string; digest: string; id: string },
    before: number,
  ): void {
    this.#db.prepare('DELETE FROM published WHERE at < ?').run(before)
    this.#db
      .prepare('INSERT OR REPLACE INTO published (grp, caller, key, digest, id, at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(group, caller, key, digest, id, Date.now())
    this.#db
      .prepare('DELETE FROM published WHERE rowid <= (SELECT max(rowid) FROM published) - ?')
      .run(maxPublishedKeys)
  }

  /**
   * All of `what`, or nothing: kill -9 in the middle leaves what was before. On the platter when it returns: a power failure
   * must not take back a number that others have a message of.
   */
  together<T>(what: () => T): T {
    this.#db.exec('PRAGMA synchronous = FULL')
    try {
      return inTransaction(this.#db, what)
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL')
    }
  }

  close(): void {
    this.#db.close()
  }
}

/** Within one that is under way already, `what` belongs to that. */
function inTransaction<T>(db: DatabaseSync, what: () => T): T {
  if (db.isTransaction) return what()
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = what()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

class SqliteGroupStore implements GroupStore {
  readonly #db: DatabaseSync
  readonly #group: string
  readonly #inbox: Inbox
  readonly #statements
  /** By log. */
  readonly #sizes: Sizes

  constructor(db: DatabaseSync, group: string, inbox: Inbox) {
    this.#db = db
    this.#group = group
    this.#inbox = inbox
    this.#statements = {
      entries: db.prepare(
        'SELECT seq, octets, at FROM entries WHERE grp = ? AND log = ? AND seq > ? ORDER BY seq LIMIT ?',
      ),
      oldest: db.prepare('SELECT log, seq, octets, at FROM entries WHERE grp = ? ORDER BY place LIMIT 1'),
      oldestOf: db.prepare('SELECT log, seq, octets, at FROM entries WHERE grp = ? AND log = ? ORDER BY seq LIMIT 1'),
      put: db.prepare('INSERT OR REPLACE INTO records (grp, key, octets) VALUES (?, ?, ?)'),
      remove: db.prepare('DELETE FROM records WHERE grp = ? AND key = ?'),
      append: db.prepare('INSERT INTO entries (grp, log, seq, octets, at) VALUES (?, ?, ?, ?, ?)'),
      size: db.prepare(
        'SELECT coalesce(sum(length(octets)), 0) AS sum FROM entries WHERE grp = ? AND log = ? AND seq <= ?',
      ),
      drop: db.prepare('DELETE FROM entries WHERE grp = ? AND log = ? AND seq <= ?'),
    }
    const rows = db.prepare('SELECT log AS whose, sum(length(octets)) AS sum FROM entries WHERE grp = ? GROUP BY log')
    this.#sizes = new Sizes(rows.all(group).map((row) => [String(row['whose']), Number(row['sum'])]))
  }

  get octets(): number {
    return this.#sizes.sum
  }

  *records(): Iterable<readonly [string, Uint8Array]> {
    const rows = this.#db.prepare('SELECT key, octets FROM records WHERE grp = ? ORDER BY rowid').all(this.#group)
    for (const { key, octets } of rows) yield [String(key), octets as Uint8Array]
  }

  entries(log: string, seq: number, count: number, octets: number): readonly StoredEntry[] {
    const found: StoredEntry[] = []
    let sum = 0
    for (const row of this.#statements.entries.iterate(this.#group, log, seq, count)) {
      const entry = { log, seq: Number(row['seq']), octets: row['octets'] as Uint8Array, at: Number(row['at']) }
      sum += entry.octets.length
      if (found.length > 0 && sum > octets) break
      found.push(entry)
    }
    return found
  }

  oldest(of: 'all' | 'largest log'): StoredEntry | undefined {
    const { oldest, oldestOf } = this.#statements
    const row = of === 'all' ? oldest.get(this.#group) : oldestOf.get(this.#group, this.#sizes.largest ?? '')
    if (row === undefined) return undefined
    return {
      log: String(row['log']),
      seq: Number(row['seq']),
      octets: row['octets'] as Uint8Array,
      at: Number(row['at']),
    }
  }

  write(changes: readonly Change[]): void {
    const undo = this.#sizes.mark()
    try {
      inTransaction(this.#db, () => {
        for (const change of changes) this.#write(change)
      })
    } catch (error) {
      undo()
      throw error
    }
  }

  #write(change: Change): void {
    const { put, remove, append, size, drop } = this.#statements
    if (change.type === 'put') put.run(this.#group, change.key, change.octets)
    else if (change.type === 'remove') remove.run(this.#group, change.key)
    else if (change.type === 'deliver') this.#inbox.take(change.what, Date.now())
    else if (change.type === 'append') {
      const { log, seq, octets, at } = change.entry
      append.run(this.#group, log, seq, octets, at)
      this.#sizes.add(log, octets.length)
    } else {
      this.#sizes.add(change.log, -Number(size.get(this.#group, change.log, change.seq)!['sum']))
      drop.run(this.#group, change.log, change.seq)
    }
  }
}
