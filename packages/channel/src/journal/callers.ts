/**
 * Which exchanges of which callers were executed already. A caller numbers them and says with each which is its oldest
 * open one: below that it will never ask again, so a number and a few exceptions above it say everything.
 * @module
 */
import type { JournalRecord } from './record.ts'

interface Caller {
  floor: number
  /** What is asked again below it may have been executed before the caller was forgotten here. */
  readonly doubtedBelow: number
  readonly done: Set<number>
}

/**
 * `fresh`: was never executed here. `over`: was. `beyond`: too far above the oldest open one. `strange`: may have been
 * executed, but its caller is forgotten.
 */
export type Standing = 'fresh' | 'over' | 'beyond' | 'strange'

export class Callers {
  readonly #limit: number
  readonly #span: number
  readonly #callers = new Map<string, Caller>()
  /** Whether a caller was ever forgotten: only then is an unknown one perhaps not new. */
  #forgot = false

  constructor(limit: number, span: number) {
    this.#limit = limit
    this.#span = span
  }

  get size(): number {
    return this.#callers.size
  }

  /**
   * What `number` of `caller` (its id and journal) is, and that below `oldest` everything is over there. `again`: it may
   * have been asked before. Pushes what changed to `records`.
   */
  look(
    caller: string,
    { number, oldest, again }: { readonly number: number; readonly oldest: number; readonly again: boolean },
    records: JournalRecord[],
  ): Standing {
    if (number < oldest) return 'over'
    if (number - oldest >= this.#span) return 'beyond'
    const present = this.#callers.get(caller)
    if (present === undefined && again && this.#forgot) return 'strange'
    const doubtedBelow = this.#forgot ? number : 0
    const known = present ?? { floor: 0, doubtedBelow, done: new Set() }
    this.#callers.delete(caller)
    this.#callers.set(caller, known) // the first in the map is the one heard of longest ago
    if (present === undefined || oldest > known.floor) {
      known.floor = oldest
      for (const each of known.done) if (each < oldest) known.done.delete(each)
      records.push({ type: 'floor', caller, floor: oldest, doubtedBelow: known.doubtedBelow })
    }
    this.#evict(records)
    if (number < known.floor || known.done.has(number)) return 'over'
    return again && number < known.doubtedBelow ? 'strange' : 'fresh'
  }

  /** `number` is over. */
  finish(caller: string, number: number, records: JournalRecord[]): void {
    const known = this.#callers.get(caller)
    if (known === undefined || number < known.floor) return
    known.done.add(number)
    records.push({ type: 'done', caller, number })
  }

  restore(record: JournalRecord & { readonly type: 'done' | 'floor' | 'forgotten' }): void {
    if (record.type === 'forgotten') {
      this.#forgot = true
      this.#callers.delete(record.caller)
      return
    }
    const known = this.#callers.get(record.caller)
    if (record.type === 'done') known?.done.add(record.number)
    else if (known !== undefined) known.floor = record.floor
    else this.#callers.set(record.caller, { floor: record.floor, doubtedBelow: record.doubtedBelow, done: new Set() })
  }

  #evict(records: JournalRecord[]): void {
    if (this.#callers.size <= this.#limit) return
    const [eldest] = this.#callers.keys()
    this.#callers.delete(eldest!)
    this.#forgot = true
    records.push({ type: 'forgotten', caller: eldest! })
  }
}
