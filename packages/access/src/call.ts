/** What is decided about: one call of one agent by another, and the answer. @module */
import type { AgentId, Mandate } from '@vagus/identity'
import type { PolicyFailure } from './policy-set.ts'

/**
 * Somebody who is no agent, and calls through a gateway. All of it is what the gateway says: it counts only where the roster
 * lets the gateway speak for outsiders.
 */
export interface Outsider {
  /** Who vouches for the name: the issuer of the token, `https://idp.example`. */
  readonly issuer: string
  /** The name; of this issuer's only. */
  readonly subject: string
  /** What the token is for (RFC 6749 §3.3). */
  readonly scopes: readonly string[]
  /** To which the issuer says it belongs. */
  readonly groups: readonly string[]
}

/** The role of a member that may speak for outsiders. */
export const outsideGatewayRole = 'outside-gateway'

/** As the side-car of the called agent sees it. Identities are proven; everything else is what the caller sent. */
export interface Call {
  readonly caller: AgentId
  /** In whose name the caller acts, where it has shown a chain of delegations. */
  readonly mandate?: Pick<Mandate, 'root' | 'capabilities'>
  /** For whom the caller speaks, where it is a gateway. Then nothing that the gateway itself may do counts. */
  readonly outsider?: Outsider
  readonly called: AgentId
  readonly protocol: 'a2a' | 'mcp' | 'http'
  /** A2A: `SendMessage`. MCP: `tools/call`. HTTP: the method. Undefined where it cannot be told. */
  readonly operation?: string
  /** Of `tools/call`. */
  readonly tool?: string
  /** A2A: of a message, the `request_type` that it names; undefined where it names none. */
  readonly skill?: string
  /** Of the request at the called agent, without its query. */
  readonly path: string
}

export interface AccessDecision {
  readonly allowed: boolean
  /** Ids of the policies that decided (`@id("…")`, else `policy0` by position); empty where none permits. */
  readonly policies: readonly string[]
  /** Why, in one sentence for people; where it is refused also what would have to change. */
  readonly because: string
  /** Policies that do not count, because their evaluation failed. */
  readonly failures: readonly PolicyFailure[]
}

/** A member that would like to send to a group, or to get what is sent there. */
export interface GroupUse {
  readonly member: AgentId
  readonly action: 'publish' | 'subscribe'
  /** Name of the group: a role. */
  readonly group: string
}
