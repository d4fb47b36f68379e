/** What source and sink of the scenario `wired` say to each other, and what the sink notes. @module */

/** Milliseconds between two datagrams, and between two lines of the stream. */
export const every = 10
export const port = 5001

/** One that arrived: its number, and when, milliseconds of the clock of this machine since its boot. */
export type Arrived = readonly [number: number, at: number]

/** What a sink prints at its end, as JSON. */
export interface Sunk {
  readonly datagrams: readonly Arrived[]
  readonly stream: readonly Arrived[]
  /** Connections that were accepted. */
  readonly connections: number
}

/** What a source prints at its end, as JSON. */
export interface Sent {
  readonly datagrams: number
  readonly stream: number
  /** Why the connection ended; null: it did not. */
  readonly broken: string | null
}

/** The same for every process of this machine. */
export const uptimeMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000
