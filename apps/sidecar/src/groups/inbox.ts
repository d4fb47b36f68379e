/**
 * The messages of one group for programs of this host, each at a place of its own that only grows. What was delivered
 * stays for a program that comes back, within two limits; whoever comes later is told that something is gone.
 * @module
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { AgentId } from '@vagus/identity'
import { type Delivered, keptFor, maxLogOctets, type Missed } from '@vagus/groups'
import { Sizes } from './sizes.ts'

/** Each message counts for as many octets beside its content. */
const octetsBeside = 256
/** Messages that are read at once, */
const pageSize = 64
/** and, but for the first, octets of these: each program that listens has a page in memory. */
const pageOctets = 4 * 1_048_576

type Row = Readonly<Record<string, SQLOutputValue>>

/** What the roster says of an agent: `undefined`, it is no member any more. */
export type Whose = (agent: AgentId) => { readonly name: string; readonly roles: readonly string[] } | undefined

export interface Kept {
  readonly place: number
  readonly kind: Delivered['kind'] | Missed['kind']
  readonly from: AgentId
  /** By the roster, when the message came. */
  readonly member: string | undefined
  readonly roles: readonly string[]
  readonly log: string
  /** Of a gap: the first that is missing. */
  readonly seq: number
  readonly last: number
  /** Milliseconds since 1970. */
  readonly sentAt: number
  readonly type: string
  readonly octets: Uint8Array
}

export class Inbox {
  readonly #db: DatabaseSync
  readonly #group: string
  readonly #whose: Whose
  readonly #keeps: number
  readonly #statements
  /** By agent. */
  readonly #sizes: Sizes

  /** @param keeps octets of all messages @throws node's error of SQLite */
  constructor(db: DatabaseSync, group: string, whose: Whose, keeps = maxLogOctets) {
    this.#db = db
    this.#group = group
    this.#whose = whose
    this.#keeps = keeps
    db.exec(`
      CREATE TABLE IF NOT EXISTS inbox (place INTEGER PRIMARY KEY AUTOINCREMENT, grp TEXT, kind TEXT, agent TEXT,
        member TEXT, roles TEXT, log TEXT, seq INTEGER, last INTEGER, sent_at INTEGER, came_at INTEGER, type TEXT,
        octets BLOB) STRICT;
      CREATE INDEX IF NOT EXISTS inbox_by_group ON inbox (grp, place);
      CREATE INDEX IF NOT EXISTS inbox_by_agent ON inbox (grp, agent, place);`)
    this.#statements = {
      insert:
        db.prepare(`INSERT INTO inbox (grp, kind, agent, member, roles, log, seq, last, sent_at, came_at, type, octets)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
      oldest: db.prepare(
        'SELECT place, agent, came_at, length(octets) AS size FROM inbox WHERE grp = ? ORDER BY place LIMIT 1',
      ),
      oldestOf: db.prepare(
        'SELECT place, agent, came_at, length(octets) AS size FROM inbox WHERE grp = ? AND agent = ? ORDER BY place LIMIT 1',
      ),
      remove: db.prepare('DELETE FROM inbox WHERE place = ?'),
      page: db.prepare(`SELECT * FROM inbox WHERE grp = ? AND place > ? ORDER BY place LIMIT ${pageSize}`),
    }
    const rows = db.prepare(
      `SELECT agent, sum(length(octets) + ${octetsBeside}) AS sum FROM inbox WHERE grp = ? GROUP BY agent`,
    )
    this.#sizes = new Sizes(rows.all(group).map((row) => [String(row['agent']), Number(row['sum'])]))
  }

  /** @param now milliseconds since 1970 */
  take(what: Delivered | Missed, now: number): void {
    const { name = null, roles = [] } = this.#whose(what.from) ?? {}
    const isGap = what.kind === 'gap'
    const content = isGap ? { sentAt: now, type: '', octets: new Uint8Array(0) } : what
    const place = isGap ? ([what.first, what.last] as const) : ([what.seq, what.seq] as const)
    const { sentAt, type, octets } = content
    const whose = [what.kind, what.from, name, roles.join(' '), what.log] as const
    this.#statements.insert.run(this.#group, ...whose, ...place, sentAt, now, type, octets)
    this.#sizes.add(what.from, octets.length + octetsBeside)
    this.#trim(now)
  }

  /** The next ones behind `place`, in order: at most 64, and not many more than 4 MiB. */
  after(place: number): readonly Kept[] {
    const page: Kept[] = []
    let octets = 0
    for (const row of this.#statements.page.iterate(this.#group, place)) {
      const kept = keptIn(row)
      page.push(kept)
      octets += kept.octets.length
      if (octets >= pageOctets) break
    }
    return page
  }

  /** The place of the newest of any group; 0 before the first. */
  get newest(): number {
    const row = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'").get()
    return Number(row?.['seq'] ?? 0)
  }

  /** The place behind which nothing was dropped. */
  get whole(): number {
    const row = this.#db.prepare('SELECT octets FROM records WHERE grp = ? AND key = ?').get(this.#group, droppedKey)
    return row === undefined ? 0 : Number(new TextDecoder().decode(row['octets'] as Uint8Array))
  }

  #trim(now: number): void {
    let dropped = 0
    for (;;) {
      // Who sends most makes the room, as in the logs.
      const isFull = this.#sizes.sum > this.#keeps
      const { oldest, oldestOf, remove } = this.#statements
      const row = isFull ? oldestOf.get(this.#group, this.#sizes.largest ?? '') : oldest.get(this.#group)
      if (row === undefined || (!isFull && Number(row['came_at']) > now - keptFor)) break
      const place = Number(row['place'])
      dropped = Math.max(dropped, place)
      remove.run(place)
      this.#sizes.add(String(row['agent']), -Number(row['size']) - octetsBeside)
    }
    if (dropped <= this.whole) return
    this.#db
      .prepare('INSERT OR REPLACE INTO records (grp, key, octets) VALUES (?, ?, ?)')
      .run(this.#group, droppedKey, new TextEncoder().encode(String(dropped)))
  }
}

function keptIn(row: Row): Kept {
  return {
    place: Number(row['place']),
    kind: row['kind'] === 'gap' ? 'gap' : 'message',
    from: row['agent'] as AgentId,
    member: row['member'] === null ? undefined : String(row['member']),
    roles: String(row['roles']).split(' ').filter(Boolean),
    log: String(row['log']),
    seq: Number(row['seq']),
    last: Number(row['last']),
    sentAt: Number(row['sent_at']),
    type: String(row['type']),
    octets: row['octets'] as Uint8Array,
  }
}

/** Beside the records of the engine, which skips what it does not know. */
const droppedKey = 'inbox/dropped'
