/**
 * Changes of a journal, in the order in which a store must keep them. A store that returns all records of the exchanges
 * that were not removed restores the journal (`Journal.restore`). It may merge records of progress.
 * @module
 */
import type { Binding, ExchangeStart, Outcome } from './exchange.ts'

export type JournalRecord =
  | { readonly type: 'started'; readonly start: ExchangeStart }
  | { readonly type: 'bound'; readonly local: number; readonly binding: Binding }
  | { readonly type: 'sent'; readonly local: number; readonly cursor: number; readonly octets: Uint8Array }
  /** The other side has everything up to `cursor`: those messages need not be stored. */
  | { readonly type: 'released'; readonly local: number; readonly cursor: number }
  | { readonly type: 'acknowledged'; readonly local: number; readonly cursor: number }
  /** Our side's messages are complete; with an outcome on the serving side. */
  | { readonly type: 'ended'; readonly local: number; readonly outcome: Outcome | undefined }
  | { readonly type: 'cancelled'; readonly local: number; readonly reason: string }
  | { readonly type: 'removed'; readonly local: number }
  /** This number of a caller's journal has ended and is not executed again. */
  | { readonly type: 'done'; readonly caller: string; readonly number: number }
  /** All numbers below `floor` have ended. The first such record of a caller makes it known. */
  | {
      readonly type: 'floor'
      readonly caller: string
      readonly floor: number
      readonly doubtedBelow: number
    }
  /**
   * This caller is forgotten. If that was due to the limit of all callers, the fact that some caller was forgotten
   * stays.
   */
  | { readonly type: 'forgotten'; readonly caller: string; readonly limit: 'callers' | 'callersOfOne' }

/** What a store returns. Records of one exchange are in order, its `started` first. */
export interface RestoredJournal {
  /** 16 octets, hexadecimal. */
  readonly id: string
  /** Above every number assigned so far, for exchanges of callers and local ones alike. */
  readonly next: { readonly number: number; readonly local: number }
  readonly records: Iterable<JournalRecord>
}
