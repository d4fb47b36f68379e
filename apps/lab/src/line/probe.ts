/** Echo requests of the scenario `line`. @module */

export interface ProberOptions {
  /** IPv4 addresses. */
  readonly source: string
  readonly destination: string
  /** Of each IPv4 packet. */
  readonly octets: number
  /** Milliseconds between two requests. */
  readonly every: number
}

/** When it was sent, milliseconds since 1970, and its round trip in milliseconds; null: nothing came back. */
export type Probe = readonly [at: number, roundTrip: number | null]
