/**
 * What the side-car itself must remember over its end, beside the journal of the exchanges: of calls, whose they are and
 * how their response began; of requests served, how far the stream of an A2A task had come with each message sent; which
 * skills of the agent are those of its card; who has what (`found/holders.ts`); and spans that are open, where calls are
 * traced. SQLite with a write-ahead log: kill -9 loses nothing.
 * @module
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SpanData } from '@vagus/signals'
import { checkLayout, keepPrivate } from '@vagus/sqlite'
import { Holders } from './found/holders.ts'
import type { ResponseHead } from './wire/http-exchange.ts'

/** Calls that nobody came back for are forgotten after a week, as long as journals keep them. */
const keptMilliseconds = 7 * 86_400_000
const upkeepInterval = 86_400_000

/** A call of a local program. */
export interface CallNote {
  readonly id: string
  /** Which of the callers with a token; empty: anybody. */
  readonly caller: string
  readonly agent: string
  /** Path and query. */
  readonly target: string
  /** Of what was asked; the same key with another digest is another request. */
  readonly digest: string
  /** As JSON; `undefined` unless it is JSON-RPC. */
  readonly rpcId: string | undefined
  /** How the response began, once it did. */
  readonly head: ResponseHead | undefined
}

export class Notes {
  /** Who has what of calls by skill or role. */
  readonly holders: Holders
  readonly #db: DatabaseSync
  // Of what is noted with each call or event.
  readonly #addCall: StatementSync
  readonly #forgetCall: StatementSync
  readonly #setHead: StatementSync
  readonly #setProgress: StatementSync
  readonly #forgetEarlier: StatementSync
  readonly #setSpan: StatementSync
  readonly #forgetSpan: StatementSync
  readonly #upkeep: NodeJS.Timeout
  readonly #since = Date.now()

  /** @param path a file, or `:memory:` @throws {NewerLayoutError} */
  constructor(path: string) {
    if (path !== ':memory:') keepPrivate(path)
    this.#db = new DatabaseSync(path)
    checkLayout(this.#db, path, 1)
    this.#db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS calls (id TEXT PRIMARY KEY, caller TEXT, agent TEXT, target TEXT, digest TEXT,
        rpc_id TEXT, head TEXT, since INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS progress (id TEXT, cursor INTEGER, state TEXT, since INTEGER,
        PRIMARY KEY (id, cursor)) STRICT;
      CREATE TABLE IF NOT EXISTS card_skills (skill TEXT PRIMARY KEY) STRICT;
      CREATE TABLE IF NOT EXISTS spans (id TEXT PRIMARY KEY, data TEXT, since INTEGER) STRICT;`)
    this.#addCall = this.#db.prepare(
      'INSERT OR REPLACE INTO calls (id, caller, agent, target, digest, rpc_id, since) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#forgetCall = this.#db.prepare('DELETE FROM calls WHERE id = ?')
    this.#setHead = this.#db.prepare('UPDATE calls SET head = ? WHERE id = ?')
    this.#setProgress = this.#db.prepare(
      'INSERT OR REPLACE INTO progress (id, cursor, state, since) VALUES (?, ?, ?, ?)',
    )
    this.#forgetEarlier = this.#db.prepare('DELETE FROM progress WHERE id = ? AND cursor < ?')
    this.#setSpan = this.#db.prepare('INSERT OR REPLACE INTO spans (id, data, since) VALUES (?, ?, ?)')
    this.#forgetSpan = this.#db.prepare('DELETE FROM spans WHERE id = ?')
    this.holders = new Holders(this.#db)
    this.#forgetOld()
    this.#upkeep = setInterval(() => this.#forgetOld(), upkeepInterval).unref()
  }

  #forgetOld(): void {
    const before = Date.now() - keptMilliseconds
    // A call of this process may run for longer, and is forgotten with its end.
    this.#db.prepare('DELETE FROM calls WHERE since < ?').run(Math.min(before, this.#since))
    this.#db.prepare('DELETE FROM progress WHERE since < ?').run(before)
    this.#db.prepare('DELETE FROM spans WHERE since < ?').run(before)
    this.holders.forgetOld(Date.now())
  }

  addCall({ id, caller, agent, target, digest, rpcId }: CallNote): void {
    this.#addCall.run(id, caller, agent, target, digest, rpcId ?? null, Date.now())
  }

  setHead(id: string, head: ResponseHead): void {
    this.#setHead.run(JSON.stringify(head), id)
  }

  call(id: string): CallNote | undefined {
    const row = this.#db.prepare('SELECT * FROM calls WHERE id = ?').get(id)
    if (row === undefined) return undefined
    const { caller, agent, target, digest, rpc_id: rpcId, head } = row as Record<string, string | null>
    return {
      id,
      caller: caller!,
      agent: agent!,
      target: target!,
      digest: digest!,
      rpcId: rpcId ?? undefined,
      head: head === null ? undefined : (JSON.parse(head!) as ResponseHead),
    }
  }

  forgetCall(id: string): void {
    this.#forgetCall.run(id)
  }

  /**
   * How far the stream will have come once message `cursor` is sent. Written before it is sent, so that there is a state
   * for whatever the journal holds in the end; the two newest are kept.
   */
  setProgress(id: string, cursor: number, state: unknown): void {
    this.#setProgress.run(id, cursor, JSON.stringify(state), Date.now())
    this.#forgetEarlier.run(id, cursor - 1)
  }

  /** The state after the last of `sent` messages that changed it. */
  progress(id: string, sent: number): unknown {
    const row = this.#db
      .prepare('SELECT state FROM progress WHERE id = ? AND cursor <= ? ORDER BY cursor DESC LIMIT 1')
      .get(id, sent)
    return row === undefined ? undefined : (JSON.parse(String(row['state'])) as unknown)
  }

  forgetProgress(id: string): void {
    this.#db.prepare('DELETE FROM progress WHERE id = ?').run(id)
  }

  /** One that is open. @param id as of `SpanKeeper` */
  span(id: string): SpanData | undefined {
    const row = this.#db.prepare('SELECT data FROM spans WHERE id = ?').get(id)
    return row === undefined ? undefined : (JSON.parse(String(row['data'])) as SpanData)
  }

  setSpan(id: string, data: SpanData): void {
    this.#setSpan.run(id, JSON.stringify(data), Date.now())
  }

  forgetSpan(id: string): void {
    this.#forgetSpan.run(id)
  }

  /** Skills that the agent's document names, or soon will, because its card does. */
  cardSkills(): readonly string[] {
    return this.#db
      .prepare('SELECT skill FROM card_skills ORDER BY rowid')
      .all()
      .map(({ skill }) => String(skill))
  }

  setCardSkills(skills: readonly string[]): void {
    this.#db.exec('BEGIN; DELETE FROM card_skills')
    const insert = this.#db.prepare('INSERT INTO card_skills (skill) VALUES (?)')
    for (const skill of skills) insert.run(skill)
    this.#db.exec('COMMIT')
  }

  close(): void {
    clearInterval(this.#upkeep)
    this.#db.close()
  }
}
