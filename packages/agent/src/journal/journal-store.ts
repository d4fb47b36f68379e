/** Where a journal's records are kept: the port, and the one that keeps nothing. @module */
import { type JournalRecord, journalIdOctets, type RestoredJournal } from '@vagus/channel'
import { randomOctets } from '@vagus/transport'

/** `process`: what is in it ends with the process. */
export type JournalLifetime = 'process' | 'disk'

export interface JournalStore {
  readonly lifetime: JournalLifetime
  /** What the last process left behind. Asked once. */
  restore(): RestoredJournal
  /** Keeps them all or none, in this order. @throws when the disk refuses: then nothing is told to anybody */
  append(records: readonly JournalRecord[]): void
  close(): void
}

export function newJournalId(): string {
  return Buffer.from(randomOctets(journalIdOctets)).toString('hex')
}

/** Everything survives but the end of the process. */
export const memoryStore = (): JournalStore => ({
  lifetime: 'process',
  restore: () => ({ id: newJournalId(), next: { number: 1, local: 1 }, records: [] }),
  append() {
    // The journal itself has them.
  },
  close() {
    // Nothing is open.
  },
})
