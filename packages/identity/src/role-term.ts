/**
 * Roles of a member that end by themselves. They stand in `terms` beside `roles`, not among them: a reader that does not know
 * `terms` sees no such role, rather than one without an end.
 * @module
 */
import { type JsonValue } from './canonical.ts'
import { rolePattern } from './document.ts'
import { Members } from './members.ts'
import { RefusalError } from './refusal.ts'

export interface RoleTerm {
  readonly role: string
  /** Milliseconds since 1970, in whole seconds: from then on the member has the role no more. */
  readonly until: number
}

/** What of a member says which roles it has. */
interface Roles {
  readonly roles: readonly string[]
  readonly terms?: readonly RoleTerm[]
}

/** All that the member has at `now` (milliseconds since 1970). */
export function rolesAt({ roles, terms = [] }: Roles, now: number): readonly string[] {
  return terms.length === 0 ? roles : [...roles, ...terms.filter(({ until }) => now < until).map(({ role }) => role)]
}

/** When after `now` somebody of the roster next loses a role; `undefined`: never. Milliseconds since 1970. */
export function nextRoleEnd({ members }: { readonly members: readonly Roles[] }, now: number): number | undefined {
  let next: number | undefined
  for (const { terms = [] } of members)
    for (const { until } of terms) if (until > now && until < (next ?? Infinity)) next = until
  return next
}

/** @param max terms at most @throws {RefusalError} */
export function readTerms(member: Members, roles: readonly string[], max: number): readonly RoleTerm[] {
  const terms = member.list('terms', max).map((value): RoleTerm => {
    const term = new Members(value, 'a term')
    return { role: term.text('role', rolePattern, '"on-call"'), until: term.seconds('until') * 1000 }
  })
  const all = [...roles, ...terms.map(({ role }) => role)]
  if (terms.length === 0) throw new RefusalError('malformed', '"terms" of a member is left out where there are none')
  if (new Set(all).size !== all.length)
    throw new RefusalError('malformed', 'a member has each role once, in "roles" or in "terms"')
  return terms
}

export const termsPayload = (terms: readonly RoleTerm[]): JsonValue =>
  terms.map(({ role, until }) => ({ role, until: Math.floor(until / 1000) }))
