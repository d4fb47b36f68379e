/**
 * Control state in SQLite: documents with a revision, and the event log. Each change is on the disk when its call
 * returns (WAL with synchronous=FULL).
 * @module
 */

export interface Document {
  readonly value: unknown
  /** Grows by one with each change of this key, from 1. */
  readonly revision: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface StoredEvent {
  /** Given by the caller; larger than all before. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly event: string
  readonly severity: string
  readonly subject: string
  readonly fields: Readonly<Record<string, string | number>>
}

/** Every call throws `UnavailableError` when the disk refuses. */
export interface ControlStore {
  get(key: string): Document | undefined
  /**
   * Writes the document and returns its new revision. With `revision` (0: there is none yet) it is written only if that
   * is still the present one; else `undefined`.
   */
  put(key: string, value: unknown, now: number, revision?: number): number | undefined
  delete(key: string): void
  keys(): readonly string[]
  appendEvent(event: StoredEvent): void
  /** Oldest first, ids above `id`, at most `limit`. */
  eventsAfter(id: number, limit: number): readonly StoredEvent[]
  /** The newest `limit`, oldest first. */
  newestEvents(limit: number): readonly StoredEvent[]
  /** Removes all with an id up to `id`. */
  forgetEvents(id: number): void
  close(): void
}

export interface ControlStoreOptions {
  /** Of the database file; its folder is made when missing. */
  readonly path: string
  /** Events that are kept; the oldest go. Default 100,000. */
  readonly maxEvents?: number
}
