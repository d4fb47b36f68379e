/**
 * The event log as a table: the writer assigns ids and hashes, and the oldest events are cut off. What is left of the hash
 * chain (`@vagus/audit`) begins at the last event that was cut off, and heads that were signed are kept beside it.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite'
import { beginning, type Mark } from '@vagus/audit'

export interface StoredEvent {
  /** Assigned by the caller; larger than all before. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly event: string
  readonly severity: string
  readonly subject: string
  readonly fields: Readonly<Record<string, string | number>>
  /** Who caused it, a value for JSON; undefined: not known. */
  readonly by?: unknown
  /** Its place in a trace. */
  readonly trace?: string
  /** In the chain; undefined: it is from before there was one. */
  readonly hash?: string
}

export interface StoredHead {
  /** Of the event that was the newest. */
  readonly id: number
  readonly jws: string
}

export interface EventTable {
  append(event: StoredEvent): void
  after(id: number, limit: number): readonly StoredEvent[]
  newest(limit: number): readonly StoredEvent[]
  /** Of these names and not before `since` (milliseconds since 1970), the newest `limit`, oldest first. */
  named(names: readonly string[], since: number, limit: number): readonly StoredEvent[]
  /** Where the chain begins: what comes after is all in it. */
  readonly chainAfter: Mark
  keepHead(head: StoredHead): void
  /** From that event on, up to and with the other. */
  heads(from: number, to: number): readonly StoredHead[]
}

/** Events are removed in steps of this many, so that not every event costs a deletion. */
const forgetStep = 256
/** Heads; the oldest go. One an hour is more than a year. */
const maxHeads = 10_000

/** Besides the table `event`. */
export const chainTables = `
  CREATE TABLE IF NOT EXISTS event_chain_begin (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS event_head (id INTEGER PRIMARY KEY, jws TEXT NOT NULL) STRICT;
  INSERT INTO event_chain_begin
    SELECT 1, coalesce((SELECT max(id) FROM event WHERE hash IS NULL), 0), '${beginning.hash}' ON CONFLICT DO NOTHING;`

const columns = 'id, at, event, severity, subject, fields, actor, hash, trace'
/** A time that somebody else wrote may be none that a program can hold: then it is read as one that is no date. */
const read = columns.replace(
  'at',
  'CASE WHEN at BETWEEN -8640000000000000 AND 8640000000000000 THEN at ELSE 8640000000000001 END AS at',
)

export function createEventTable(database: DatabaseSync, maxEvents: number): EventTable {
  const insert = database.prepare(`INSERT INTO event (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const after = database.prepare(`SELECT ${read} FROM event WHERE id > ? ORDER BY id LIMIT ?`)
  const newest = database.prepare(`SELECT ${read} FROM event ORDER BY id DESC LIMIT ?`)
  const named = database.prepare(`
    SELECT ${read} FROM event WHERE event IN (SELECT value FROM json_each(?)) AND event.at >= ? ORDER BY id DESC LIMIT ?`)
  const begin = database.prepare('SELECT id, hash FROM event_chain_begin')
  const insertHead = database.prepare(
    'INSERT INTO event_head (id, jws) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET jws = excluded.jws',
  )
  const keepHeads = database.prepare(
    'DELETE FROM event_head WHERE id <= (SELECT id FROM event_head ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )
  const heads = database.prepare('SELECT id, jws FROM event_head WHERE id BETWEEN ? AND ? ORDER BY id')
  const newestCut = database.prepare('SELECT id, hash FROM event ORDER BY id DESC LIMIT 1 OFFSET ?')
  const moveBegin = database.prepare('UPDATE event_chain_begin SET id = ?, hash = ?')
  const remove = database.prepare('DELETE FROM event WHERE id <= ?')
  const removeHeads = database.prepare('DELETE FROM event_head WHERE id < ?')
  let sinceCut = forgetStep

  /** In one transaction: whatever stops it, the chain begins where the events do. */
  function cutOff(): void {
    const last = newestCut.get(maxEvents) as { readonly id: number; readonly hash: string | null } | undefined
    if (last === undefined) return
    database.exec('BEGIN')
    try {
      if (last.hash !== null) moveBegin.run(last.id, last.hash)
      removeHeads.run(last.id)
      remove.run(last.id)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  return {
    append({ id, at, event, severity, subject, fields, by, hash, trace }) {
      const actor = by === undefined ? null : JSON.stringify(by)
      insert.run(
        id,
        Math.trunc(at),
        event,
        severity,
        subject,
        JSON.stringify(fields),
        actor,
        hash ?? null,
        trace ?? null,
      )
      if (++sinceCut < forgetStep) return
      sinceCut = 0
      cutOff()
    },
    after: (id, limit) => after.all(id, limit).map(eventOf),
    newest: (limit) => newest.all(limit).map(eventOf).reverse(),
    named: (names, since, limit) => named.all(JSON.stringify(names), since, limit).map(eventOf).reverse(),
    get chainAfter() {
      const { id, hash } = begin.get() as unknown as Mark // written by `chainTables` and `cutOff`
      return { id, hash }
    },
    keepHead({ id, jws }) {
      insertHead.run(id, jws)
      keepHeads.run(maxHeads)
    },
    heads: (from, to) => heads.all(from, to).map((row) => ({ ...row }) as unknown as StoredHead),
  }
}

function eventOf(row: Record<string, unknown>): StoredEvent {
  const { actor, fields, hash, trace, ...others } = row
  return {
    ...others,
    fields: jsonOf(fields as string) as StoredEvent['fields'],
    ...(actor === null ? {} : { by: jsonOf(actor as string) }),
    ...(hash === null ? {} : { hash }),
    ...(trace === null ? {} : { trace }),
  } as StoredEvent
}

/** What is no JSON any more is told as it stands: the hash of the event says that it is damaged, and all others are read. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { damaged: text }
  }
}
