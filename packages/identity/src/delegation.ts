/**
 * Delegation to short-lived child agents. A parent signs what its child may do: for which task, towards whom, until
 * when, and for how many further hops. The child may sign for a child of its own, but never grant more than it has:
 *
 *   { "version": 1, "iss": "did:key:z6Mk…", "sub": "did:key:z6Mk…", "iat": 1790000000, "exp": 1790000300, "depth": 1,
 *     "task": "report-17", "capabilities": ["report.write"], "audience": ["did:key:z6Mk…"] }
 *
 * A verifier that has the root's document checks the chain with one signature per hop and asks no one. The root signs
 * with the key at the end of its key log; a child signs with the key of its name, which it never rotates. Not covered:
 * the channel proves that the speaker is the child, and nothing adds up what the children of one parent spend.
 * @module
 */
import { canonicalOctets, type JsonValue, readCanonical } from './canonical.ts'
import type { Capability } from './capability.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import { skillPattern } from './document.ts'
import { type CompactJws, readJws, type ReadJws, signJws } from './jws.ts'
import { Members } from './members.ts'
import type { Signer } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { readValidity } from './validity.ts'

/** Kept short, because nothing can revoke a delegation before it expires. */
const maxDelegationSeconds = 600
/** Maximum number of hops between the root and the last child. */
export const maxHops = 4
const maxCapabilities = 32
const maxAudience = 16
/** Longer texts are not read; the limits of the members stay far below. */
const maxDelegationCharacters = 16_384

const delegationType = 'vagus-delegation'
/** Words joined by slashes: a task and the tasks inside it. */
const taskPattern = /^(?=.{1,128}$)[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/

/** One hop. Times in seconds since 1970. */
export interface Delegation {
  readonly iss: AgentId
  readonly sub: AgentId
  readonly iat: number
  readonly exp: number
  /** Number of further hops the child may make; 0..`maxHops`-1. */
  readonly depth: number
  /** `report-17`; a child's child may have `report-17/figures`. */
  readonly task: string
  readonly capabilities: readonly Capability[]
  /** The agents the child may turn to. Default: any. */
  readonly audience?: readonly AgentId[]
}

/**
 * `delegation` signed by `signer`, the key of its issuer. Refused if a member breaks a rule. The verifier of the chain
 * checks whether the issuer has what it grants.
 */
export function signDelegation(
  delegation: Delegation,
  signer: Signer,
): { readonly type: 'signed'; readonly delegation: CompactJws } | Refused {
  const { iss, sub, iat, exp, depth, task, capabilities, audience } = delegation
  const payload: JsonValue = {
    version: 1,
    iss,
    sub,
    iat,
    exp,
    depth,
    task,
    capabilities,
    ...(audience === undefined ? {} : { audience }),
  }
  return settle(() => {
    const jws = signJws(delegationType, canonicalOctets(payload), signer)
    readDelegation(jws)
    return { type: 'signed', delegation: jws }
  })
}

/** A well-formed delegation whose signature has not been checked yet. */
export interface ReadDelegation extends Delegation {
  readonly jws: ReadJws
}

/** Who says that it signed `delegation`: the agent whose document must be found before it is verified. */
export const delegationIssuer = (delegation: CompactJws): { readonly type: 'read'; readonly id: AgentId } | Refused =>
  settle(() => ({ type: 'read', id: readDelegation(delegation).iss }))

/** @throws {RefusalError} `malformed`, `not-canonical`, `algorithm`, `limit`, `key`, `chain` */
export function readDelegation(text: CompactJws): ReadDelegation {
  if (text.length > maxDelegationCharacters) {
    throw new RefusalError(
      'limit',
      `a delegation of ${text.length} characters; at most ${maxDelegationCharacters} are read`,
    )
  }
  const jws = readJws(text, delegationType)
  const members = new Members(readCanonical(jws.payload), 'the delegation')
  members.literal('version', 1)
  const [iss, sub] = [agentIdIn(members, 'iss'), agentIdIn(members, 'sub')]
  if (iss === sub) throw new RefusalError('chain', `${iss} delegates to itself; the child must be another agent`)
  return {
    iss,
    sub,
    ...readValidity(members, maxDelegationSeconds),
    depth: members.integer('depth', 0, maxHops - 1),
    task: members.text('task', taskPattern, '"report-17"'),
    capabilities: members.texts('capabilities', maxCapabilities, skillPattern, '"report.write"'),
    ...(members.has('audience') ? { audience: agentIdsIn(members, 'audience', maxAudience) } : {}),
    jws,
  }
}

const idPattern = /^did:key:/
const idExample = '"did:key:z6Mk…"'

function agentIdIn(members: Members, name: string): AgentId {
  const id = members.text(name, idPattern, idExample)
  keyOfId(id)
  return id
}

function agentIdsIn(members: Members, name: string, most: number): readonly AgentId[] {
  const ids = members.texts(name, most, idPattern, idExample)
  for (const id of ids) keyOfId(id)
  return ids
}
