/** A request of a local program to an agent, or of somebody outside through a gateway. @module */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Outsider } from '@vagus/access'
import type { HeaderFields } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import type { Problem } from '../wire/problem.ts'

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
  readonly outside?: Outside
  /** Gets what is answered in place of the agent, or breaks its answer off. */
  readonly tell?: ((problem: Problem) => void) | undefined
}

/** What is different for callers outside. */
export interface Outside {
  /** For whom the gateway asks; `undefined`: for itself, for what it shows to everybody. */
  readonly outsider: Outsider | undefined
  /** Of the content; a longer one is refused. */
  readonly maxOctets: number
  /** Of the request, only those that may be carried. */
  fields(given: HeaderFields): HeaderFields
  /** Looks at the whole content before anything is sent. @throws {ProblemError} */
  check(head: RequestHead, body: Uint8Array): void
  readonly face: Face
}

/** How agents look from outside. */
export interface Face {
  /** Of a response, only those that may be carried. @throws {ProblemError} where it may not go out at all */
  fields(status: number, headers: HeaderFields): HeaderFields
  /** @param text an agent card, or the answer of JSON-RPC with one */
  card(text: string): string
  /** `cards`: nothing else goes out. Instead of anything else there is no card. */
  readonly shows: 'everything' | 'cards'
}
