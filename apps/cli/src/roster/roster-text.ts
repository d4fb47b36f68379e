/** A roster, for people and for programs. @module */
import type { Agent, RosterResource, RosterSummary } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { Member, Roster } from '@vagus/identity'
import type { Canvas } from '../controller-options.ts'
import { agoText, countOf, durationText, unknown } from '../format.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'
import { servicesText } from './services.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** As the API of a controller has it. */
export const rosterResource = (roster: Roster, name: string): RosterResource => ({
  apiVersion: 'vagus/v1',
  kind: 'Roster',
  owner: roster.owner,
  name,
  epoch: roster.epoch,
  issuedAt: time(roster.issuedAt),
  expiresAt: time(roster.expiresAt),
  members: roster.members.map(({ id, name, roles, terms, quarantine }) => ({
    id,
    name,
    roles: [...roles],
    ...(terms && { terms: terms.map(({ role, until }) => ({ role, until: time(until) })) }),
    ...(quarantine && { quarantined: { since: time(quarantine.since), reason: quarantine.reason } }),
  })),
  policies: roster.policies,
  ...(roster.services && {
    services: roster.services.map(({ others, ...rule }) => ({ ...rule, applies: others === undefined })),
  }),
  roster: roster.jws,
})

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'ROLES', align: 'left', shrink: 12 },
  { head: 'STATE', align: 'left', shrink: 16 },
  { head: 'ROSTER', align: 'left', leaves: 2 },
  { head: 'ID', align: 'left', shrink: 24, leaves: 1 },
]

/**
 * @param agents of the controller's list, to say by which roster their side-cars decide; undefined: nobody was asked
 * @param now milliseconds since 1970
 */
export function rosterText(
  { roster, name }: { readonly roster: Roster; readonly name: string },
  agents: readonly Agent[] | undefined,
  now: number,
  { columns, paint }: Canvas,
): string {
  const { owner, epoch, members } = roster
  const head = `${paint.strong(name)}   ${owner}
  roster ${epoch}, signed ${agoText(time(roster.issuedAt), time(now))}, ${paintOfExpiry(roster.expiresAt, now, paint)(expiryText(roster.expiresAt, now))}`
  if (members.length === 0) return `${head}\n  no members yet: vagus roster add NAME --role ROLE`
  const rows = members.map((member): Cell[] => [
    member.name,
    rolesText(member, now) || unknown,
    stateCell(member, now, paint),
    rosterCell(member, roster, agents, paint),
    columns === Infinity ? member.id : shortId(member.id),
  ])
  const given = roster.services === undefined ? '' : `\n\n${servicesText(roster, columns, paint)}`
  return `${head}\n\n${table(heads, rows, columns, paint.strong)}${given}`
}

/** `dispatcher on-call (2h)`: in brackets, how long it still has the role. */
const rolesText = ({ roles, terms = [] }: Member, now: number): string =>
  [
    ...roles,
    ...terms
      .filter(({ until }) => now < until)
      .map(({ role, until }) => `${role} (${durationText((until - now) / 1000)})`),
  ].join(' ')

function stateCell({ quarantine }: Member, now: number, paint: Paint): Cell {
  if (quarantine === undefined) return 'member'
  return {
    text: `in quarantine for ${durationText((now - quarantine.since) / 1000)}: ${quarantine.reason}`,
    paint: paint.bad,
  }
}

/** By which roster its side-car decides. */
function rosterCell(
  { id }: Member,
  { owner, epoch }: Roster,
  agents: readonly Agent[] | undefined,
  paint: Paint,
): Cell {
  const agent = agents?.find((one) => one.id === id)
  if (agent === undefined) return unknown
  const enforces = agent.member?.owner === owner ? agent.member.enforces : undefined
  if (typeof enforces !== 'number') return { text: 'none told', paint: paint.warn }
  return enforces >= epoch ? String(enforces) : { text: `still ${enforces}`, paint: paint.warn }
}

/** From then on operators are warned, in milliseconds before the end. */
export const expiresSoon = 14 * 86_400_000

/** `expires in 89d`. @param at and `now` in milliseconds since 1970 */
export function expiryText(at: number, now: number): string {
  return at > now ? `expires in ${durationText((at - now) / 1000)}` : `expired ${durationText((now - at) / 1000)} ago`
}

function paintOfExpiry(at: number, now: number, paint: Paint): Paint['bad'] {
  return at <= now ? paint.bad : at - now < expiresSoon ? paint.warn : (text) => text
}

const listHeads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'ROSTER', align: 'right' },
  { head: 'MEMBERS', align: 'left', shrink: 12 },
  { head: 'SIGNED', align: 'right', leaves: 2 },
  { head: 'EXPIRY', align: 'left' },
  { head: 'OWNER', align: 'left', shrink: 24, leaves: 1 },
]

/** @param now milliseconds since 1970 */
export function rosterListText(items: readonly RosterSummary[], now: number, { columns, paint }: Canvas): string {
  if (items.length === 0) return 'no owner has published a roster here yet'
  const rows = items.map((item): Cell[] => [
    item.name ?? unknown,
    String(item.epoch),
    countOf(item.members, 'member') + (item.quarantined === 0 ? '' : `, ${item.quarantined} in quarantine`),
    agoText(item.issuedAt, time(now)),
    { text: expiryText(Date.parse(item.expiresAt), now), paint: paintOfExpiry(Date.parse(item.expiresAt), now, paint) },
    item.owner,
  ])
  return table(listHeads, rows, columns, paint.strong)
}
