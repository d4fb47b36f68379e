/** A data set that waits for its template or for the template's decoder. @module */

/** Times in the message header. */
export interface MessageTimes {
  /** Export time, milliseconds since 1970. */
  readonly exportMs: number
  /** Uptime at export time, milliseconds modulo 2^32; -1 is unknown. */
  readonly uptimeMs: number
}

export interface ParkedSet {
  readonly setId: number
  readonly waitsFor: 'template' | 'decoder'
  /** A copy of the records. */
  readonly octets: Uint8Array
  readonly times: MessageTimes
  /**
   * When the set arrived, milliseconds since 1970. Unchanged if the set is parked again because the template did not
   * fit.
   */
  parkedAt: number
}
