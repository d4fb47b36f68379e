/** A data set that waits for its template, or for the template's decoder. @module */

/** What a message says about all its records. */
export interface MessageTimes {
  /** Export time, milliseconds since 1970. */
  readonly exportMs: number
  /** Uptime at export time, milliseconds modulo 2^32; -1 is unknown. */
  readonly uptimeMs: number
}

export interface ParkedSet {
  readonly setId: number
  readonly waitsFor: 'template' | 'decoder'
  /** The records; a copy. */
  readonly octets: Uint8Array
  readonly times: MessageTimes
  /** When it came; the same when it is parked anew, because the template that came did not fit. */
  parkedAt: number
}
