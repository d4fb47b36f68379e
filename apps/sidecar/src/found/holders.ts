/**
 * Which agent has what belongs together (`wire/belongings.ts`), for each caller and each skill or role by which it was
 * called. The first holder keeps it: what an agent says later cannot take the task of another. Kept on disk, so that it
 * holds after a restart.
 * @module
 */
import { createHash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AgentId } from '@vagus/identity'

/** Some 200 octets each. At the limit those used longest ago are forgotten, a tenth at once. */
const maxHeld = 100_000
/** As long as journals keep what nobody asks for. Milliseconds. */
const keptFor = 7 * 86_400_000
/** Milliseconds by which the time of the last use may be behind: most uses need no write. */
const coarseness = 3_600_000

export interface Place {
  readonly caller: string
  /** The skill or role as it was asked for: `skill:report.write`. */
  readonly word: string
}

export interface Holder {
  readonly agent: AgentId
  /** `FindRule.text` of the rule by which it was called first. */
  readonly rule: string
}

export class Holders {
  readonly #db: DatabaseSync
  readonly #find: StatementSync
  readonly #hold: StatementSync
  readonly #use: StatementSync
  readonly #limit: number
  #held: number

  constructor(db: DatabaseSync, limit = maxHeld) {
    this.#db = db
    this.#limit = limit
    db.exec(`CREATE TABLE IF NOT EXISTS holders (caller TEXT, word TEXT, what TEXT, agent TEXT, rule TEXT, used INTEGER,
      PRIMARY KEY (caller, word, what)) STRICT`)
    this.#find = db.prepare('SELECT agent, rule, used FROM holders WHERE caller = ? AND word = ? AND what = ?')
    this.#hold = db.prepare(
      'INSERT OR IGNORE INTO holders (caller, word, what, agent, rule, used) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#use = db.prepare('UPDATE holders SET used = ? WHERE caller = ? AND word = ? AND what = ?')
    this.#held = Number(db.prepare('SELECT count(*) AS held FROM holders').get()!['held'])
  }

  /** Who has the first of `words` that anybody has. @param now milliseconds since 1970 */
  of({ caller, word }: Place, words: readonly string[], now: number): Holder | undefined {
    for (const what of words.map(digestOf)) {
      const row = this.#find.get(caller, word, what)
      if (row === undefined) continue
      if (now - Number(row['used']) > coarseness) this.#use.run(now, caller, word, what)
      return { agent: String(row['agent']), rule: String(row['rule']) }
    }
    return undefined
  }

  /** Notes that `holder` has those of `words` that nobody has, and returns these. */
  hold({ caller, word }: Place, words: readonly string[], { agent, rule }: Holder, now: number): readonly string[] {
    const isNew = (each: string): boolean =>
      this.#hold.run(caller, word, digestOf(each), agent, rule, now).changes === 1
    const held = words.filter(isNew)
    this.#held += held.length
    if (this.#held > this.#limit) this.#forgetOldest()
    return held
  }

  /** In place of whoever was it before. */
  move(place: Place, what: string, holder: Holder, now: number): void {
    this.release(place, [what])
    this.hold(place, [what], holder, now)
  }

  /** Nobody has them any more. */
  release({ caller, word }: Place, words: readonly string[]): void {
    const remove = this.#db.prepare('DELETE FROM holders WHERE caller = ? AND word = ? AND what = ?')
    for (const what of words) this.#held -= Number(remove.run(caller, word, digestOf(what)).changes)
  }

  /** By which rule `agent` was called at `place`; `undefined` when it holds nothing there. */
  ruleOf({ caller, word }: Place, agent: AgentId): string | undefined {
    const row = this.#db
      .prepare('SELECT rule FROM holders WHERE caller = ? AND word = ? AND agent = ? LIMIT 1')
      .get(caller, word, agent)
    return row === undefined ? undefined : String(row['rule'])
  }

  forgetOld(now: number): void {
    this.#held -= Number(this.#db.prepare('DELETE FROM holders WHERE used < ?').run(now - keptFor).changes)
  }

  #forgetOldest(): void {
    const some = Math.ceil(this.#limit / 10)
    const oldest = 'SELECT rowid FROM holders ORDER BY used, rowid LIMIT ?'
    this.#held -= Number(this.#db.prepare(`DELETE FROM holders WHERE rowid IN (${oldest})`).run(some).changes)
  }
}

/** Ids are as long as others please. */
const digestOf = (word: string): string => createHash('sha256').update(word).digest('base64url')
