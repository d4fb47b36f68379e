/**
 * The roster: an owner's statement about who belongs to its fleet, signed (a JWS over JCS) with the last key of the owner's
 * key log, so that it verifies without asking anyone:
 *
 *   { "version": 1, "owner": "did:key:z6Mk…", "log": ["…"], "epoch": 7, "iat": 1790000000, "exp": 1797776000,
 *     "members": [{ "id": "did:key:z6Mk…", "name": "writer", "roles": ["report-writer"],
 *                   "quarantine": { "since": 1790000000, "reason": "key on a stolen laptop" } }],
 *     "policies": "permit (principal, action, resource);" }
 *
 * Names and roles here are what the owner says, where those in an agent's own document are what the agent says of itself.
 * A verifier keeps the highest epoch that it has seen, and refuses an older one: else a quarantine could be taken back by
 * whoever passes the roster on.
 * @module
 */
import type { AgentId } from './did-key.ts'
import type { CompactJws } from './jws.ts'
import type { KeyLog } from './key-log.ts'

export interface Roster {
  readonly owner: AgentId
  readonly keyLog: KeyLog
  /** Grows with every roster that the owner signs. */
  readonly epoch: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Ids and names are unique. */
  readonly members: readonly Member[]
  /** As Cedar policies; `@vagus/access` reads them. This package only bounds their length. */
  readonly policies: string
  /** The signed roster itself, to keep and to pass on. */
  readonly jws: CompactJws
}

export interface Member {
  readonly id: AgentId
  /** As in `agent-name.ts`. */
  readonly name: string
  /** Each as `rolePattern`. */
  readonly roles: readonly string[]
  /** While it is there, the member calls nobody and nobody calls it. */
  readonly quarantine?: Quarantine
}

export interface Quarantine {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly reason: string
}
