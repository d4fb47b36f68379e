/** Where a journal's records are stored: the port, and a store that keeps nothing. @module */
import { type JournalRecord, journalIdOctets, type RestoredJournal } from '@vagus/channel'
import { randomOctets } from '@vagus/transport'

/** `process`: the content ends with the process. */
export type JournalLifetime = 'process' | 'disk'

export interface JournalStore {
  readonly lifetime: JournalLifetime
  /** What the last process left. Called once. */
  restore(): RestoredJournal
  /** Stores all of them or none, in this order. @throws if the disk refuses: then nothing is sent to anyone */
  append(records: readonly JournalRecord[]): void
  close(): void
}

export function newJournalId(): string {
  return Buffer.from(randomOctets(journalIdOctets)).toString('hex')
}

/** Everything survives except the end of the process. */
export const memoryStore = (): JournalStore => ({
  lifetime: 'process',
  restore: () => ({ id: newJournalId(), next: { number: 1, local: 1 }, records: [] }),
  append() {
    // The journal itself holds them.
  },
  close() {
    // Nothing is open.
  },
})
