/**
 * Control state in SQLite: documents with a revision, and the event log. Each change is on the disk when its call
 * returns (WAL with synchronous=FULL), so calls cost a disk write: for state that changes by the minute.
 * @module
 */
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { keptEntries, type Mark } from '@vagus/audit'
import { keepPrivate } from '@vagus/sqlite'
import { StoreError } from '../errors.ts'
import { makeFolder } from '../folder.ts'
import { chainTables, createEventTable, type EventTable, type StoredEvent, type StoredHead } from './event-table.ts'

export interface Document {
  readonly value: unknown
  /** Grows by one with each change of this key, from 1. */
  readonly revision: number
  /** When it was written, milliseconds since 1970. */
  readonly at: number
}

export interface ControlStoreOptions {
  /** Path of the database file; its folder is created when missing. */
  readonly path: string
}

/** Every call throws `StoreError` when the disk refuses; earlier writes stay. */
export interface ControlStore {
  /** Why the disk refused the newest change; empty when it took it, and before the first. */
  readonly problem: string
  get(key: string): Document | undefined
  /** Writes a document, a value for JSON. */
  put(key: string, value: unknown, now: number): void
  /** The same for a document that is already JSON. */
  putJson(key: string, json: string, now: number): void
  delete(key: string): void
  /** Those that begin with `prefix`, in their order. */
  keys(prefix: string): readonly string[]
  /** Of the documents whose key begins with `prefix`, in the order of their keys. */
  values(prefix: string): readonly unknown[]
  appendEvent(event: StoredEvent): void
  /** Oldest first, ids above `id`, at most `limit`. */
  eventsAfter(id: number, limit: number): readonly StoredEvent[]
  /** The newest `limit`, oldest first. */
  newestEvents(limit: number): readonly StoredEvent[]
  /** Of these names and not before `since` (milliseconds since 1970), the newest `limit`, oldest first. */
  eventsNamed(names: readonly string[], since: number, limit: number): readonly StoredEvent[]
  /** Where the hash chain of events begins; grows as the oldest events are cut off. */
  eventChainAfter(): Mark
  keepEventHead(head: StoredHead): void
  /** From that event on, up to and with the other. */
  eventHeads(from: number, to: number): readonly StoredHead[]
  /** Writes all of it, as it is at this moment, to a file that is not there yet: 3 ms for each MB. */
  copyTo(path: string): void
  close(): void
}

/** A collector's state of 16,384 exporters takes a few MB; anything larger is a mistake. */
const maxDocumentOctets = 64 * 1024 * 1024
/** Milliseconds to wait for the lock: a killed process may still be ending when the next one starts. */
const lockPatience = 2000

/**
 * The lock keeps a second process off the whole state folder, including log and flow store: it is taken first, held to
 * the end, and released with the process, however that ends.
 */
const schema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS document (
    key TEXT PRIMARY KEY, revision INTEGER NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL,
    fields TEXT NOT NULL, actor TEXT, hash TEXT, trace TEXT) STRICT;`

/** @throws {StoreError} when another process has it open, or the file is not writable, damaged, newer or not a database */
export function openControlStore({ path }: ControlStoreOptions): ControlStore {
  const database = disk(() => {
    makeFolder(dirname(path))
    keepPrivate(path)
    const opened = new DatabaseSync(path, { timeout: lockPatience })
    checkLayout(opened, path)
    opened.exec(schema)
    opened.exec(chainTables)
    return opened
  }, path)
  const events: EventTable = createEventTable(database, keptEntries)
  const select = database.prepare('SELECT revision, at, value FROM document WHERE key = ?')
  const upsert = database.prepare(`
    INSERT INTO document (key, revision, at, value) VALUES (?, 1, ?, ?)
    ON CONFLICT (key) DO UPDATE SET revision = revision + 1, at = excluded.at, value = excluded.value`)
  const remove = database.prepare('DELETE FROM document WHERE key = ?')
  const below = 'FROM document WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key'
  const keys = database.prepare(`SELECT key ${below}`)
  const values = database.prepare(`SELECT value ${below}`)
  let problem = ''
  const change = <Value>(work: () => Value): Value => {
    try {
      const value = disk(work)
      problem = ''
      return value
    } catch (error) {
      problem = (error as Error).message
      throw error
    }
  }
  const putJson = (key: string, json: string, now: number): void => {
    checkLength(key, json)
    change(() => void upsert.run(key, Math.trunc(now), json))
  }
  return {
    get problem() {
      return problem
    },
    get: (key) =>
      disk(() => {
        const row = select.get(key) as { revision: number; at: number; value: string } | undefined
        return row && { value: JSON.parse(row.value) as unknown, revision: row.revision, at: row.at }
      }),
    put(key, value, now) {
      const text = JSON.stringify(value)
      if (text === undefined) throw new TypeError(`"value" of ${key} must be a value for JSON, got ${typeof value}`)
      putJson(key, text, now)
    },
    putJson,
    delete: (key) => change(() => void remove.run(key)),
    keys: (prefix) => disk(() => keys.all(prefix).map((row) => row['key'] as string)),
    values: (prefix) => disk(() => values.all(prefix).map((row) => JSON.parse(row['value'] as string) as unknown)),
    appendEvent: (event) => change(() => events.append(event)),
    eventsAfter: (id, limit) => disk(() => events.after(id, limit)),
    newestEvents: (limit) => disk(() => events.newest(limit)),
    eventsNamed: (names, since, limit) => disk(() => events.named(names, since, limit)),
    eventChainAfter: () => disk(() => events.chainAfter),
    keepEventHead: (head) => change(() => events.keepHead(head)),
    eventHeads: (from, to) => disk(() => events.heads(from, to)),
    copyTo: (path) => disk(() => void database.prepare('VACUUM INTO ?').run(path)),
    close: () => database.close(),
  }
}

/** What came with layouts 2 and 3. */
const sinceLayout1 = 'ALTER TABLE event ADD COLUMN actor TEXT; ALTER TABLE event ADD COLUMN hash TEXT;'
const sinceLayout2 = 'ALTER TABLE event ADD COLUMN trace TEXT;'

/** Incremented when programs that know only the current layout would misread or lose data. Older files have 0. */
const layout = 3

function checkLayout(database: DatabaseSync, path: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()!['user_version'])
  if (found > layout) {
    database.close()
    const what = `control state ${path} was written by a newer version of Vagus`
    throw new StoreError('newer', `${what} (layout ${found}; this one knows ${layout})`)
  }
  if (found === layout) return
  const hasEvents = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'event'").get()
  const missing = hasEvents === undefined ? '' : `${found < 2 ? sinceLayout1 : ''} ${sinceLayout2}`
  database.exec(`BEGIN; ${missing} PRAGMA user_version = ${layout}; COMMIT`)
}

function checkLength(key: string, json: string): void {
  if (json.length <= maxDocumentOctets) return
  throw new RangeError(`"value" of ${key} must have at most ${maxDocumentOctets} octets, got ${json.length}`)
}

/** SQLite's result codes (sqlite.org/rescode.html). */
const resultCode = { busy: 5, corrupt: 11, full: 13, notADatabase: 26 } as const

/** @param path of the file, where it is opened */
function disk<Value>(work: () => Value, path?: string): Value {
  try {
    return work()
  } catch (error) {
    if (error instanceof StoreError) throw error
    const { errcode, message } = error as Error & { errcode?: number }
    if (errcode === resultCode.busy) {
      throw new StoreError('locked', 'another process uses this state folder; give this one another', {
        cause: error,
      })
    }
    const isDamaged = errcode === resultCode.corrupt || errcode === resultCode.notADatabase
    if (isDamaged && path !== undefined) {
      const right =
        'put a copy of it back, or move it away: then events, templates and the list of agents begin anew, and so do ' +
        'the numbers by which stored records name sites and devices'
      throw new StoreError('io', `control state ${path}: ${message}; ${right}`, { cause: error })
    }
    const code = errcode === resultCode.full ? 'disk-full' : 'io'
    throw new StoreError(code, `control state: ${message}`, { cause: error })
  }
}
