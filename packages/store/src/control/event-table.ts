/** The event log as a table: the writer assigns ids, and the oldest events are removed. @module */
import type { DatabaseSync } from 'node:sqlite'

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
}

export interface EventTable {
  append(event: StoredEvent): void
  after(id: number, limit: number): readonly StoredEvent[]
  newest(limit: number): readonly StoredEvent[]
  forget(id: number): void
}

/** Events are removed in steps of this many, so that not every event costs a deletion. */
const forgetStep = 256

const columns = 'id, at, event, severity, subject, fields, actor'

export function createEventTable(database: DatabaseSync, maxEvents: number): EventTable {
  const insert = database.prepare(`INSERT INTO event (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const after = database.prepare(`SELECT ${columns} FROM event WHERE id > ? ORDER BY id LIMIT ?`)
  const newest = database.prepare(`SELECT ${columns} FROM event ORDER BY id DESC LIMIT ?`)
  const remove = database.prepare('DELETE FROM event WHERE id <= ?')
  const keepNewest = database.prepare(
    'DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )
  let sinceForgotten = forgetStep
  return {
    append({ id, at, event, severity, subject, fields, by }) {
      insert.run(id, Math.trunc(at), event, severity, subject, JSON.stringify(fields), JSON.stringify(by) ?? null)
      if (++sinceForgotten < forgetStep) return
      sinceForgotten = 0
      keepNewest.run(maxEvents)
    },
    after: (id, limit) => after.all(id, limit).map(eventOf),
    newest: (limit) => newest.all(limit).map(eventOf).reverse(),
    forget: (id) => void remove.run(id),
  }
}

function eventOf(row: Record<string, unknown>): StoredEvent {
  const { actor, fields, ...others } = row
  return {
    ...others,
    fields: JSON.parse(fields as string) as StoredEvent['fields'],
    ...(actor === null ? {} : { by: JSON.parse(actor as string) as unknown }),
  } as StoredEvent
}
