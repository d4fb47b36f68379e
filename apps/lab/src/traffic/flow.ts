/** A flow of the plan, and what becomes of it. @module */
import type { Application } from './applications.ts'
import type { Version } from './packet.ts'

export interface Flow {
  /** Counts from 1 within a site. */
  readonly id: number
  /** Milliseconds since the traffic began. */
  readonly start: number
  readonly to: string
  readonly application: Application
  readonly version: Version
  readonly source: string
  readonly sourcePort: number
  readonly destination: string
  /** Octets of payload that the flow will have carried at its end. */
  readonly octets: number
}

/** Takes what the engine decides, in the order of time: `open` first, then `send` until `octets` are sent, then `close`. */
export interface FlowSink {
  readonly open: (flow: Flow) => void
  /** One packet with `payload` octets of payload. */
  readonly send: (flow: Flow, payload: number) => void
  readonly close: (flow: Flow) => void
}
