/**
 * The roster: an owner's statement about who belongs to its fleet, signed (a JWS over JCS) with the last key of the owner's
 * key log, so that it verifies without asking anyone:
 *
 *   { "version": 1, "owner": "did:key:z6Mk…", "log": ["…"], "epoch": 7, "iat": 1790000000, "exp": 1797776000,
 *     "members": [{ "id": "did:key:z6Mk…", "name": "writer", "roles": ["report-writer"],
 *                   "quarantine": { "since": 1790000000, "reason": "key on a stolen laptop" } }],
 *     "policies": "permit (principal, action, resource);",
 *     "services": [{ "role": "planner", "service": "control" }] }
 *
 * Names and roles here are what the owner says, where those in an agent's own document are what the agent says of itself.
 * A verifier keeps the highest epoch that it has seen, and refuses an older one (`acceptRoster`): else a quarantine could be
 * taken back by whoever passes the roster on. Members not shown here are signed, kept and passed on.
 * @module
 */
import { nameRule, namePattern } from './agent-name.ts'
import type { JsonValue } from './canonical.ts'
import { type AgentId, keyOfId } from './did-key.ts'
import { rolePattern } from './document.ts'
import type { CompactJws } from './jws.ts'
import { Members } from './members.ts'
import type { IdentityCrypto } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { readTerms, type RoleTerm } from './role-term.ts'
import { readServiceRules, type ServiceRule } from './service-rule.ts'
import { readStatement, type Statement, type StatementKind, statementMembers } from './statement.ts'
import { checkValidity } from './validity.ts'

/** Longer rosters are not read. Some 5,000 members with a role or two fit. */
export const maxRosterCharacters = 1_048_576
/** More than one operator looks after; a larger fleet has several owners. */
const maxMembers = 8192
const maxRolesOfMember = 16
/** In UTF-8. Room for the 1,024 policies that `@vagus/access` compiles. */
export const maxPolicyOctets = 262_144
const maxReasonCharacters = 256
/** An owner that has not signed for over a year counts as gone. */
const maxRosterSeconds = 400 * 86_400
/** What an owner signs for if nothing else is asked. */
export const usualRosterSeconds = 90 * 86_400
export const rosterType = 'vagus-roster'

const idPattern = /^did:key:/
/** No line feeds and no marks that turn the direction of text: operators read it in a terminal. */
const reasonPattern = new RegExp(`^[^\\p{Cc}\\p{Cf}]{1,${maxReasonCharacters}}$`, 'u')

export interface Roster extends Statement {
  /** Ids and names are unique. */
  readonly members: readonly Member[]
  /** As Cedar policies; `@vagus/access` reads them. This package only bounds their length. */
  readonly policies: string
  /** Which service each role gets; left out where the owner gives none. */
  readonly services?: readonly ServiceRule[]
  /** What the roster says beyond that, unknown to us. */
  readonly others?: Others
}

export interface Member {
  readonly id: AgentId
  /** As in `agent-name.ts`. */
  readonly name: string
  /** Each as `rolePattern`; those without an end. */
  readonly roles: readonly string[]
  /** Further ones, which end by themselves; `rolesAt` gives all of a moment. Both together are at most 16. */
  readonly terms?: readonly RoleTerm[]
  /** While it is there, the member calls nobody and nobody calls it. */
  readonly quarantine?: Quarantine
  /** What the roster says of it beyond that, unknown to us. */
  readonly others?: Others
}

export interface Quarantine {
  /** Milliseconds since 1970, in whole seconds. */
  readonly since: number
  /** 1..256 characters on one line. */
  readonly reason: string
}

/** Members of a JSON object that this version does not know. They cannot replace the known ones. */
export type Others = Readonly<Record<string, JsonValue>>

/**
 * The roster that `jws` proves at `now` (milliseconds since 1970). Whether it may replace a known one is up to
 * `acceptRoster`.
 */
export function verifyRoster(
  jws: CompactJws,
  now: number,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly roster: Roster } | Refused {
  return settle(() => {
    const roster = checkRoster(jws, crypto)
    checkValidity({ iat: roster.issuedAt / 1000, exp: roster.expiresAt / 1000 }, now)
    return { type: 'verified', roster }
  })
}

/**
 * The roster that `jws` proved when it was issued, even if it has expired since: for the owner's next one, and for whoever
 * must not go back behind it. To decide whom to serve now, use `verifyRoster`.
 */
export function verifyRosterWhenIssued(jws: CompactJws, crypto: IdentityCrypto): ReturnType<typeof verifyRoster> {
  return settle(() => ({ type: 'verified', roster: checkRoster(jws, crypto) }))
}

const kind: StatementKind = {
  type: rosterType,
  what: 'the roster',
  maxCharacters: maxRosterCharacters,
  maxSeconds: maxRosterSeconds,
}

/** @throws {RefusalError} */
export function checkRoster(jws: CompactJws, crypto: IdentityCrypto): Roster {
  const { statement, members } = readStatement(jws, kind, crypto)
  return {
    ...statement,
    members: readMembers(members),
    policies: readPolicies(members),
    ...(members.has('services') ? { services: readServiceRules(members) } : {}),
    ...othersOf(members, [...statementMembers, 'members', 'policies', 'services']),
  }
}

function readMembers(roster: Members): readonly Member[] {
  const byId = new Map<AgentId, Member>()
  const names = new Set<string>()
  for (const value of roster.list('members', maxMembers)) {
    const member = readMember(new Members(value, 'a member'))
    if (byId.has(member.id)) throw new RefusalError('malformed', `two members have the id ${member.id}`)
    if (names.has(member.name)) throw new RefusalError('malformed', `two members have the name "${member.name}"`)
    byId.set(member.id, member)
    names.add(member.name)
  }
  return [...byId.values()]
}

function readMember(member: Members): Member {
  const id = member.text('id', idPattern, '"did:key:z6Mk…"')
  keyOfId(id)
  const roles = member.texts('roles', maxRolesOfMember, rolePattern, '"report-writer"')
  return {
    id,
    name: member.text('name', namePattern, `"writer": ${nameRule}`),
    roles,
    ...(member.has('terms') ? { terms: readTerms(member, roles, maxRolesOfMember - roles.length) } : {}),
    ...(member.has('quarantine') ? { quarantine: readQuarantine(member.object('quarantine')) } : {}),
    ...othersOf(member, ['id', 'name', 'roles', 'terms', 'quarantine']),
  }
}

function readQuarantine(quarantine: Members): Quarantine {
  const example = `"key on a stolen laptop": 1..${maxReasonCharacters} characters on one line`
  return { since: quarantine.seconds('since') * 1000, reason: quarantine.text('reason', reasonPattern, example) }
}

function readPolicies(roster: Members): string {
  const policies = roster.text('policies', /^/, '"permit (principal, action, resource);"')
  const { length } = new TextEncoder().encode(policies)
  if (length <= maxPolicyOctets) return policies
  throw new RefusalError('limit', `the policies have ${length} octets; at most ${maxPolicyOctets} are read`)
}

function othersOf(members: Members, known: readonly string[]): { readonly others?: Others } {
  const others = members.except(known)
  return Object.keys(others).length === 0 ? {} : { others }
}
