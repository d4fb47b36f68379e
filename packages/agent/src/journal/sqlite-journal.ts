/**
 * A journal in a folder: SQLite with a write-ahead log, one transaction for all changes of a turn of the event loop.
 * Committed changes survive kill -9. With `power` each commit waits for the disk. With `process` a power failure may
 * lose the last commits, so a journal that was open when the machine went down gets a new id: its peers then report
 * `gap` instead of trusting a journal that went back in time. Only Linux tells whether it went down; elsewhere each
 * commit waits for the disk.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Binding, ExchangeStart, JournalRecord, Outcome, RestoredJournal } from '@vagus/channel'
import { openPrivateDatabase } from '@vagus/sqlite'
import { type JournalStore, newJournalId } from './journal-store.ts'
import { batchOf, type CallerChange, type ExchangeChange } from './sqlite-batch.ts'

export type Durability = 'process' | 'power'

/** Milliseconds. */
const lockPatience = 2000
/** Numbers that are written down as used at once, at most: each of them by itself would be one page more for each call. */
const maxReserved = 64

const schema = `
  CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS exchange (
    local INTEGER PRIMARY KEY, start TEXT NOT NULL, head BLOB NOT NULL, binding TEXT, released INTEGER NOT NULL DEFAULT 0,
    acknowledged INTEGER NOT NULL DEFAULT 0, ended TEXT, cancelled TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS message (
    local INTEGER NOT NULL, cursor INTEGER NOT NULL, octets BLOB NOT NULL, PRIMARY KEY (local, cursor)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS caller (
    name TEXT PRIMARY KEY, floor INTEGER NOT NULL, doubted_below INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE IF NOT EXISTS done (
    caller TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (caller, number)) STRICT, WITHOUT ROWID;`

/**
 * @throws the system's error if the folder is not ours to write, or another process has the journal open
 * @throws {NewerLayoutError}
 */
export function openSqliteJournal(folder: string, wanted: Durability): JournalStore {
  const bootId = bootIdOf()
  const durability = bootId === undefined ? 'power' : wanted
  // Without fullfsync, macOS leaves in the disk's own cache what it says is on the disk.
  const database = openPrivateDatabase(folder, 'journal.sqlite', lockPatience, 1)
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA fullfsync = ON;
    PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE; ${schema} COMMIT;`)
  upgrade(database)
  shrink(database)
  return new SqliteJournal(database, durability, bootId ?? 'not told')
}

/** Adds what earlier versions of the schema lack. */
function upgrade(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(caller)').all()
  if (columns.some(({ name }) => name === 'doubted_below')) return
  database.exec('ALTER TABLE caller ADD COLUMN doubted_below INTEGER NOT NULL DEFAULT 0')
}

/** Free pages of 4 KiB, after many messages, from which on the file is shrunk. */
const manyPages = 4096

/** Runs while no one waits for it: SQLite keeps the space of everything ever stored. */
function shrink(database: DatabaseSync): void {
  const count = (what: string): number => Number(database.prepare(`PRAGMA ${what}`).get()?.[what])
  const free = count('freelist_count')
  if (free > manyPages && free > count('page_count') / 2) database.exec('VACUUM')
}

class SqliteJournal implements JournalStore {
  readonly lifetime = 'disk'
  readonly #database: DatabaseSync
  readonly #durability: Durability
  readonly #bootId: string
  /** Exchanges may have local numbers, and numbers of calls, below these. */
  #reserved = { local: 0, number: 0 }
  /** So many are reserved next, about as many as were used: a process that is killed behind a few calls skips few. */
  #ahead = 1
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync, durability: Durability, bootId: string) {
    this.#database = database
    this.#durability = durability
    this.#bootId = bootId
  }

  restore(): RestoredJournal {
    const known = this.#fact('id')
    const wasLost = known !== undefined && this.#durability === 'process' && this.#fact('open in') !== this.#bootId
    if (wasLost && this.#fact('open in') !== 'closed') this.#forgetAll()
    const id = this.#fact('id') ?? newJournalId()
    this.#setFact('id', id)
    this.#setFact('open in', this.#bootId)
    const next = { number: Number(this.#fact('number') ?? 1), local: Number(this.#fact('local') ?? 1) }
    return { id, next, records: this.#records() }
  }

  append(records: readonly JournalRecord[]): void {
    this.#run('BEGIN IMMEDIATE')
    try {
      const { exchanges, callers } = batchOf(records)
      for (const [local, change] of exchanges) this.#writeExchange(local, change)
      for (const [name, change] of callers) this.#writeCaller(name, change)
      this.#reserve(exchanges.values())
      this.#run('COMMIT')
    } catch (error) {
      this.#reserved = { local: 0, number: 0 } // what was reserved in it may be so no longer
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    try {
      this.#setFact('open in', 'closed')
    } finally {
      this.#database.close()
    }
  }

  #writeExchange(local: number, change: ExchangeChange): void {
    const { start, binding, released, acknowledged, ended, cancelled, sent } = change
    if (change.isRemoved) {
      if (start !== undefined) return
      this.#run('DELETE FROM exchange WHERE local = ?', local)
      this.#run('DELETE FROM message WHERE local = ?', local)
      return
    }
    const bound = binding === undefined ? null : JSON.stringify(binding)
    const end = ended === undefined ? null : JSON.stringify(ended.outcome ?? null)
    const reach = [bound, released ?? null, acknowledged ?? null, end, cancelled ?? null] as const
    if (start !== undefined) {
      const { head, ...rest } = start
      this.#run(
        `INSERT INTO exchange (local, start, head, binding, released, acknowledged, ended, cancelled)
          VALUES (?, ?, ?, ?, coalesce(?, 0), coalesce(?, 0), ?, ?)`,
        local,
        JSON.stringify(rest),
        head,
        ...reach,
      )
    } else if (reach.some((each) => each !== null))
      this.#run(
        `UPDATE exchange SET binding = coalesce(?, binding), released = coalesce(?, released),
          acknowledged = coalesce(?, acknowledged), ended = coalesce(?, ended), cancelled = coalesce(?, cancelled)
          WHERE local = ?`,
        ...reach,
        local,
      )
    if (released !== undefined && start === undefined)
      this.#run('DELETE FROM message WHERE local = ? AND cursor <= ?', local, released)
    for (const [cursor, octets] of sent)
      this.#run('INSERT INTO message (local, cursor, octets) VALUES (?, ?, ?)', local, cursor, octets)
  }

  #writeCaller(name: string, { forgotten, floor, doubtedBelow, done }: CallerChange): void {
    if (forgotten !== undefined) {
      if (forgotten === 'callers') this.#setFact('forgot', name)
      this.#run('DELETE FROM caller WHERE name = ?', name)
      this.#run('DELETE FROM done WHERE caller = ?', name)
    }
    if (floor !== undefined) {
      this.#run(
        'INSERT INTO caller (name, floor, doubted_below) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET floor = excluded.floor',
        name,
        floor,
        doubtedBelow,
      )
      this.#run('DELETE FROM done WHERE caller = ? AND number < ?', name, floor)
    }
    for (const number of done) this.#run('INSERT OR IGNORE INTO done (caller, number) VALUES (?, ?)', name, number)
  }

  /** Writes down numbers above those of the exchanges that start, for some to come, too: a process that is killed skips these. */
  #reserve(changes: Iterable<ExchangeChange>): void {
    for (const { start } of changes) {
      if (start === undefined) continue
      this.#reserveBehind('local', start.local)
      if (start.side === 'caller') this.#reserveBehind('number', start.number)
    }
  }

  #reserveBehind(name: 'local' | 'number', used: number): void {
    if (used < this.#reserved[name]) return
    this.#reserved[name] = used + this.#ahead
    this.#setFact(name, String(this.#reserved[name]))
    this.#ahead = Math.min(maxReserved, this.#ahead * 2)
  }

  *#records(): Generator<JournalRecord> {
    const forgot = this.#fact('forgot')
    if (forgot !== undefined) yield { type: 'forgotten', caller: forgot, limit: 'callers' }
    for (const row of this.#each('SELECT name, floor, doubted_below FROM caller ORDER BY rowid')) {
      const [floor, doubtedBelow] = [Number(row['floor']), Number(row['doubted_below'])]
      yield { type: 'floor', caller: String(row['name']), floor, doubtedBelow }
    }
    for (const row of this.#each('SELECT caller, number FROM done')) {
      yield { type: 'done', caller: String(row['caller']), number: Number(row['number']) }
    }
    for (const row of this.#each('SELECT * FROM exchange ORDER BY local')) yield* this.#exchange(row)
  }

  *#exchange(row: Record<string, unknown>): Generator<JournalRecord> {
    const local = Number(row['local'])
    const start = { ...(JSON.parse(row['start'] as string) as Omit<ExchangeStart, 'head'>), head: plain(row['head']) }
    yield { type: 'started', start }
    if (row['binding'] !== null)
      yield { type: 'bound', local, binding: JSON.parse(row['binding'] as string) as Binding }
    if (Number(row['released']) > 0) yield { type: 'released', local, cursor: Number(row['released']) }
    for (const message of this.#each('SELECT cursor, octets FROM message WHERE local = ? ORDER BY cursor', local)) {
      yield { type: 'sent', local, cursor: Number(message['cursor']), octets: plain(message['octets']) }
    }
    if (Number(row['acknowledged']) > 0) yield { type: 'acknowledged', local, cursor: Number(row['acknowledged']) }
    if (row['ended'] !== null) {
      yield { type: 'ended', local, outcome: (JSON.parse(row['ended'] as string) as Outcome | null) ?? undefined }
    }
    if (row['cancelled'] !== null) yield { type: 'cancelled', local, reason: row['cancelled'] as string }
  }

  #forgetAll(): void {
    this.#database.exec(
      'BEGIN; DELETE FROM exchange; DELETE FROM message; DELETE FROM caller; DELETE FROM done; DELETE FROM fact; COMMIT',
    )
  }

  #fact(name: string): string | undefined {
    return this.#statement('SELECT value FROM fact WHERE name = ?').get(name)?.['value'] as string | undefined
  }

  #setFact(name: string, value: string): void {
    this.#run(
      'INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    )
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }

  #run(sql: string, ...values: readonly (string | number | Uint8Array | null)[]): void {
    this.#statement(sql).run(...values)
  }

  /** One row at a time: there may be more rows than should be in memory at once. */
  #each(sql: string, ...values: readonly (string | number)[]): Iterable<Record<string, unknown>> {
    return this.#statement(sql).iterate(...values)
  }
}

function plain(value: unknown): Uint8Array {
  return new Uint8Array(value as Uint8Array) // a BLOB column
}

/** Changes with each boot of the machine; `undefined` where the system does not tell. */
function bootIdOf(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}
