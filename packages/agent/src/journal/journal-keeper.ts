/** A journal with its store: changes of one turn of the event loop are kept together, and only then told. @module */
import { Journal, type JournalRecord } from '@vagus/channel'
import { Condition } from '../condition.ts'
import type { JournalStore } from './journal-store.ts'

/** Milliseconds after which what the disk refused is tried again, where no other change does so before. */
const retryPause = 1000

export class JournalKeeper {
  readonly journal: Journal
  /** Notified when messages or exchanges were given up: there may be room for more, in this exchange or in all. */
  readonly room = new Condition()
  readonly #store: JournalStore
  readonly #told: (local: number) => void
  #commit: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

  /** @param told called for each exchange of which something was kept */
  constructor(store: JournalStore, told: (local: number) => void) {
    this.#store = store
    this.#told = told
    this.journal = Journal.restore(store.restore())
  }

  /**
   * Fulfilled when all that was changed until now is kept. @throws what the disk says: then nothing of it was told, and
   * it is kept before whatever is changed next
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

  /** For changes that nobody waits for. */
  keep(): void {
    this.kept().catch(() => undefined) // whoever sends next is told
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
    for (const local of locals) this.#told(local)
    if (records.some(({ type }) => type === 'released' || type === 'removed')) this.room.notify()
  }
}
