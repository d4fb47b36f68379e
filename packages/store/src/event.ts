/**
 * Events of the log and the store: a name and fields, never a sentence; names as in the domain's event stream.
 * @module
 */

/**
 * Fields: disk-full: `waiting` records in memory, `dropped` records given up since the last recovery; recovered:
 * `dropped`; replayed: `records` read back at the start; failed: `problem`, at the end also `dropped`; damaged: `file`,
 * `octets` that were skipped, `problem`.
 */
export interface StoreEvent {
  readonly event: 'store.disk-full' | 'store.recovered' | 'store.replayed' | 'store.failed' | 'store.damaged'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly fields: Readonly<Record<string, string | number>>
}
