/** A journal with its store: changes of one turn of the event loop are stored together, and only then sent. @module */
import { Journal, type JournalRecord } from '@vagus/channel'
import { Condition } from '../condition.ts'
import { AgentError } from '../errors.ts'
import type { JournalStore } from './journal-store.ts'

/** Milliseconds after which a refused write is tried again, if no other change does so earlier. */
const retryPause = 1000
/**
 * Milliseconds for which a change that no one waits for waits for others: a transaction costs more than what is in it, and
 * of calls one behind the other the end of one is stored, and told, with the start of the next.
 */
const soon = 5

/** What waits for something that it can leave with. */
export interface HeldBack {
  /** Nothing came: it leaves by itself. */
  letGo(): void
}

export class JournalKeeper {
  readonly journal: Journal
  /** Notified when messages or exchanges were dropped: there may be room for more, in this exchange or in all. */
  readonly room = new Condition()
  readonly #store: JournalStore
  readonly #stored: (local: number) => void
  /** Of the next commit, where somebody waits for it. */
  #next: PromiseWithResolvers<void> | undefined
  /** Whether that is at the end of this turn. */
  #isDue = false
  #soon: NodeJS.Timeout | undefined
  #held: HeldBack[] = []
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  /** @param stored called for each exchange with newly stored changes */
  constructor(store: JournalStore, stored: (local: number) => void) {
    this.#store = store
    this.#stored = stored
    this.journal = Journal.restore(store.restore())
  }

  /**
   * Fulfilled when all changes so far are stored. @throws the disk's error: then none of them was sent, and they are
   * stored before the next change
   */
  kept(): Promise<void> {
    if (!this.#isDue) {
      this.#isDue = true
      setImmediate(() => {
        this.#isDue = false
        this.#commit()
      })
    }
    return this.#following()
  }

  /** For changes that no one waits for, but whose room or whose news somebody may need. */
  keep(): void {
    this.kept().catch(() => undefined) // the next sender gets the error
  }

  /** As `kept`, for changes that have a little time: with the next others, or by themselves `soon`. */
  keptSoon(): Promise<void> {
    this.#arm()
    return this.#following()
  }

  /** As `keep`, likewise. */
  keepSoon(): void {
    this.#arm()
  }

  /** Lets `held` go, if nothing did until then. */
  holdBack(held: HeldBack): void {
    this.#held.push(held)
    this.#arm()
  }

  close(): void {
    const next = this.#next
    this.#next = undefined
    try {
      this.#keep(this.journal.take())
      next?.resolve()
    } catch (error) {
      next?.reject(error)
      throw error
    } finally {
      clearTimeout(this.#retry)
      clearTimeout(this.#soon)
      this.#soon = undefined
      this.#isClosed = true
      this.#store.close()
    }
  }

  #following(): Promise<void> {
    return (this.#next ??= Promise.withResolvers<void>()).promise
  }

  #arm(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      for (const held of this.#held.splice(0)) held.letGo()
      this.keep()
    }, soon)
  }

  #commit(): void {
    const next = this.#next
    this.#next = undefined
    try {
      this.#keep(this.journal.take())
      next?.resolve()
    } catch (error) {
      next?.reject(error)
    }
  }

  #again(): void {
    this.#retry = undefined
    this.keep()
  }

  #keep(records: readonly JournalRecord[]): void {
    if (records.length === 0) return
    if (this.#isClosed) throw new AgentError('closed', 'the agent was closed')
    try {
      this.#store.append(records)
    } catch (error) {
      this.journal.putBack(records)
      this.#retry ??= setTimeout(() => this.#again(), retryPause).unref()
      throw error
    }
    this.journal.committed(records)
    const locals = new Set<number>()
    let isRoom = false
    for (const record of records) {
      if ('local' in record) locals.add(record.local)
      isRoom ||= record.type === 'released' || record.type === 'removed'
    }
    for (const local of locals) this.#stored(local)
    if (isRoom) this.room.notify()
  }
}
