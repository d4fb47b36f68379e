/** Changes of the members of a roster. Pure. @module */
import { nearestOf } from '@vagus/api/nearest'
import type { AgentId, Member, Quarantine, Roster } from '@vagus/identity'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

type Members = Pick<Roster, 'members'>

/** By name or id; undefined when there is none. */
export const memberCalled = ({ members }: Members, word: string): Member | undefined =>
  members.find(({ name, id }) => name === word || id === word)

/** The same. @throws {Failure} usage */
export function memberOf(roster: Members, word: string): Member {
  const member = memberCalled(roster, word)
  if (member !== undefined) return member
  const near = nearestOf(word, new Set(roster.members.map(({ name }) => name)))
  const fix = near === undefined ? 'the members: vagus roster show' : `did you mean ${near}?`
  throw new Failure(exitCode.usage, `the roster has no member "${word.slice(0, 80)}"`, fix)
}

export interface Given {
  readonly id: AgentId
  readonly name: string
  readonly roles: readonly string[]
  /** Milliseconds since 1970; undefined: the roles have no end. */
  readonly until?: number | undefined
}

/**
 * With that member. One that is there already has those roles and no others from now on; with an end it has them beside its
 * others. All else of it stays.
 * @throws {Failure} usage, when the name or the id is another member's
 */
export function withMember(roster: Members, given: Given): readonly Member[] {
  const { id, name } = given
  const named = roster.members.find((member) => member.name === name)
  if (named !== undefined && named.id !== id)
    throw new Failure(
      exitCode.usage,
      `the member "${name}" is another agent, ${named.id}`,
      `take it out first: vagus roster rm ${name}`,
    )
  const same = roster.members.find((member) => member.id === id)
  if (same !== undefined && same.name !== name)
    throw new Failure(
      exitCode.usage,
      `${id} is a member already, as "${same.name}"`,
      `to rename it: vagus roster rm ${same.name}`,
    )
  if (same === undefined) return [...roster.members, withRoles({ id, name, roles: [] }, given)]
  return roster.members.map((member) => (member.id === id ? withRoles(member, given) : member))
}

function withRoles({ terms = [], ...member }: Member, { roles, until }: Given): Member {
  if (until === undefined) return { ...member, roles }
  const isOther = (role: string): boolean => !roles.includes(role)
  return {
    ...member,
    roles: member.roles.filter(isOther),
    terms: [...terms.filter(({ role }) => isOther(role)), ...roles.map((role) => ({ role, until }))],
  }
}

/** @throws {Failure} usage */
export function withoutMember(roster: Members, word: string): readonly Member[] {
  const { id } = memberOf(roster, word)
  return roster.members.filter((member) => member.id !== id)
}

/** `undefined` releases it. @throws {Failure} usage, also when nothing would change */
export function withQuarantine(roster: Members, word: string, quarantine: Quarantine | undefined): readonly Member[] {
  const { id, name, quarantine: before } = memberOf(roster, word)
  if (quarantine === undefined && before === undefined)
    throw new Failure(exitCode.usage, `"${name}" is not in quarantine`, 'who is: vagus roster show')
  return roster.members.map((member) => {
    if (member.id !== id) return member
    const { quarantine: _, ...rest } = member
    // since when it is there does not change with the reason
    return quarantine === undefined
      ? rest
      : { ...rest, quarantine: { ...quarantine, since: before?.since ?? quarantine.since } }
  })
}
