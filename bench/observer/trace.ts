/** What an observer of the wire has of a session. @module */

export interface Seen {
  /** Milliseconds. */
  readonly at: number
  /** From the agent that is observed, or to it. */
  readonly way: 'out' | 'in'
  /** Of the packet, or of a TLS record, whose length is in the clear. */
  readonly octets: number
  /** Index of the five-tuple. */
  readonly flow: number
}

export type Trace = readonly Seen[]
