/** A request of a local program to an agent. @module */
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface LocalRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** See `Admitted`. */
  readonly caller: string
  /** A name or an id, or a skill or a role: `skill:report.write`. */
  readonly agent: string
  /** Its address for this caller: `http://127.0.0.1:40000/agents/NAME`. */
  readonly here: string
  /** Path and query below the agent. */
  readonly target: string
}
