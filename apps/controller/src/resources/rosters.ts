/** Rosters as the API says them. @module */
import { apiVersion, type Membership, type RosterList, type RosterResource, type RosterSummary } from '@vagus/api'
import { type AgentId, type Member, type Roster, rolesAt } from '@vagus/identity'
import { timeText } from './windows.ts'

/** The owner's name; undefined: it has none here. */
export type OwnerName = (owner: AgentId) => string | undefined

const headOf = (
  { owner, epoch, issuedAt, expiresAt }: Roster,
  nameOf: OwnerName,
): Omit<RosterSummary, 'members' | 'quarantined'> => ({
  owner,
  name: nameOf(owner) ?? null,
  epoch,
  issuedAt: timeText(issuedAt),
  expiresAt: timeText(expiresAt),
})

const quarantineOf = ({ quarantine }: Member): Pick<Membership, 'quarantined'> =>
  quarantine === undefined ? {} : { quarantined: { since: timeText(quarantine.since), reason: quarantine.reason } }

const termsOf = ({ terms }: Member): Pick<RosterResource['members'][number], 'terms'> =>
  terms === undefined ? {} : { terms: terms.map(({ role, until }) => ({ role, until: timeText(until) })) }

export const rosterResource = (roster: Roster, nameOf: OwnerName): RosterResource => ({
  apiVersion,
  kind: 'Roster',
  ...headOf(roster, nameOf),
  members: roster.members.map((member) => ({
    id: member.id,
    name: member.name,
    roles: [...member.roles],
    ...termsOf(member),
    ...quarantineOf(member),
  })),
  policies: roster.policies,
  ...(roster.services && {
    services: roster.services.map(({ others, ...rule }) => ({ ...rule, applies: others === undefined })),
  }),
  roster: roster.jws,
})

export function rosterListOf(rosters: readonly Roster[], nameOf: OwnerName): RosterList {
  const items = rosters.map((roster) => ({
    ...headOf(roster, nameOf),
    members: roster.members.length,
    quarantined: roster.members.filter(({ quarantine }) => quarantine !== undefined).length,
  }))
  const wordOf = ({ name, owner }: RosterSummary): string => name ?? owner
  return { apiVersion, kind: 'RosterList', items: items.sort((a, b) => (wordOf(a) < wordOf(b) ? -1 : 1)) }
}

/** What the agent is in fleets at `now` (milliseconds since 1970); of several, one where it is in quarantine comes first. */
export function membershipOf(
  memberships: readonly { readonly roster: Roster; readonly member: Member }[],
  now: number,
): Omit<Membership, 'enforces'> | undefined {
  const quarantined = memberships.find(({ member }) => member.quarantine !== undefined)
  const one = quarantined ?? memberships[0]
  if (one === undefined) return undefined
  const { roster, member } = one
  return { owner: roster.owner, name: member.name, roles: [...rolesAt(member, now)], ...quarantineOf(member) }
}
