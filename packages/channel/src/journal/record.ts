/**
 * What a journal changed, in the order in which a store must keep it. A store that gives back all records of exchanges
 * that were not removed restores the journal (`Journal.restore`); it may merge those that say how far something came.
 * @module
 */
import type { Binding, ExchangeStart, Outcome } from './exchange.ts'

export type JournalRecord =
  | { readonly type: 'started'; readonly start: ExchangeStart }
  | { readonly type: 'bound'; readonly local: number; readonly binding: Binding }
  | { readonly type: 'sent'; readonly local: number; readonly cursor: number; readonly octets: Uint8Array }
  /** The other side has all up to `cursor`: those messages need not be kept. */
  | { readonly type: 'released'; readonly local: number; readonly cursor: number }
  | { readonly type: 'acknowledged'; readonly local: number; readonly cursor: number }
  /** The own side's messages are complete; with an outcome on the serving side. */
  | { readonly type: 'ended'; readonly local: number; readonly outcome: Outcome | undefined }
  | { readonly type: 'cancelled'; readonly local: number; readonly reason: string }
  | { readonly type: 'removed'; readonly local: number }
  /** This number of a caller's journal is over: it is not executed again. */
  | { readonly type: 'done'; readonly caller: string; readonly number: number }
  /** All numbers below `floor` are over. The first one of a caller makes it known. */
  | {
      readonly type: 'floor'
      readonly caller: string
      readonly floor: number
      readonly doubtedBelow: number
    }
  /**
   * Nothing is remembered of this caller any more; that some caller was forgotten is, where it was for the limit of
   * all.
   */
  | { readonly type: 'forgotten'; readonly caller: string; readonly limit: 'callers' | 'callersOfOne' }

/** What a store gives back. Records of one exchange in their order, its `started` first. */
export interface RestoredJournal {
  /** 16 octets, hexadecimal. */
  readonly id: string
  /** Above every number that was given out, of a caller's exchange and local ones alike. */
  readonly next: { readonly number: number; readonly local: number }
  readonly records: Iterable<JournalRecord>
}
