/** A journal with its store: changes of one turn of the event loop are stored together, and only then sent. @module */
import { Journal, type JournalRecord } from '@vagus/channel'
import { Condition } from '../condition.ts'
import type { JournalStore } from './journal-store.ts'

/** Milliseconds after which a refused write is tried again, if no other change does so earlier. */
const retryPause = 1000

export class JournalKeeper {
  readonly journal: Journal
  /** Notified when messages or exchanges were dropped: there may be room for more, in this exchange or in all. */
  readonly room = new Condition()
  readonly #store: JournalStore
  readonly #stored: (local: number) => void
  #commit: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

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
    return (this.#commit ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#commit = undefined
        try {
          this.#keep(this.journal.take())
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    }))
  }

  /** For changes that no one waits for. */
  keep(): void {
    this.kept().catch(() => undefined) // the next sender gets the error
  }

  close(): void {
    try {
      this.#keep(this.journal.take())
    } finally {
      clearTimeout(this.#retry)
      this.#store.close()
    }
  }

  #again(): void {
    this.#retry = undefined
    this.keep()
  }

  #keep(records: readonly JournalRecord[]): void {
    if (records.length === 0) return
    try {
      this.#store.append(records)
    } catch (error) {
      this.journal.putBack(records)
      this.#retry ??= setTimeout(() => this.#again(), retryPause).unref()
      throw error
    }
    this.journal.committed(records)
    const locals = new Set(records.flatMap((record) => ('local' in record ? [record.local] : [])))
    for (const local of locals) this.#stored(local)
    if (records.some(({ type }) => type === 'released' || type === 'removed')) this.room.notify()
  }
}
