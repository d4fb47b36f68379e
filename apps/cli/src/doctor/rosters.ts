/** Whether rosters of fleets expire soon, and whether the side-cars of their members decide by the newest. @module */
import type { Agent, AgentList, RosterList, RosterSummary, Status } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { Client } from '../client.ts'
import { countOf } from '../format.ts'
import { expiresSoon, expiryText } from '../roster/roster-text.ts'
import { type Check, fail, ok, warn } from './check.ts'
import { startedSoon } from './started-soon.ts'

export interface Fleets {
  readonly rosters: RosterList['items']
  readonly agents: AgentList['items']
}

/** Nothing of a controller that is older than rosters, or has none. */
export async function askFleets(client: Client): Promise<Fleets> {
  const none = { rosters: [], agents: [] }
  const list = await client.get<RosterList>('RosterList', '/v1/rosters').catch(() => undefined)
  if (list === undefined || list.items.length === 0) return none
  const { items: agents } = await client.get<AgentList>('AgentList', '/v1/agents')
  return { rosters: list.items, agents }
}

/** @param at of the controller: what it says the time is, and since when it runs */
export function fleetChecks({ rosters, agents }: Fleets, at: Pick<Status, 'now' | 'startedAt'>): readonly Check[] {
  if (rosters.length === 0) return []
  const now = Date.parse(at.now)
  const sinceStart = startedSoon(at)
  const found = rosters.flatMap((roster) => [
    ...expiryChecks(roster, now),
    ...sideCarChecks(roster, agents, sinceStart),
  ])
  if (found.length > 0) return found
  const members = rosters.reduce((sum, roster) => sum + roster.members, 0)
  return [ok('rosters', `${countOf(rosters.length, 'fleet')} with ${countOf(members, 'member')}; none expires soon`)]
}

const nameOf = ({ name, owner }: RosterSummary): string => name ?? shortId(owner)

function expiryChecks(roster: RosterSummary, now: number): readonly Check[] {
  const at = Date.parse(roster.expiresAt)
  if (at - now >= expiresSoon) return []
  const fix = `on the host of the owner: vagus roster publish --renew --roster ${nameOf(roster)}`
  const text = `the roster of ${nameOf(roster)} ${expiryText(at, now)}`
  if (at <= now) return [fail('rosters', `${text}: its members call nobody and nobody calls them`, fix)]
  return [warn('rosters', `${text}; then its members call nobody`, fix)]
}

/** Of members that others can reach now. */
function sideCarChecks(
  roster: RosterSummary,
  agents: readonly Agent[],
  sinceStart: string | undefined,
): readonly Check[] {
  const members = agents.filter(({ state, member }) => state === 'reachable' && member?.owner === roster.owner)
  const open = members.filter(({ member }) => member?.enforces === null)
  const late = members.filter(({ member }) => typeof member?.enforces === 'number' && member.enforces < roster.epoch)
  const list = (some: readonly Agent[]): string => some.map(({ name }) => name).join(', ')
  return [
    ...(open.length === 0
      ? []
      : [
          sinceStart !== undefined
            ? ok('rosters', `members of ${nameOf(roster)} that have not reported yet, ${sinceStart}: ${list(open)}`)
            : warn(
                'rosters',
                `members of ${nameOf(roster)} whose side-cars tell of no roster, and may serve anyone: ${list(open)}`,
                `on their hosts: vagus run … --roster ${roster.owner}`,
              ),
        ]),
    ...(late.length === 0
      ? []
      : [
          warn(
            'rosters',
            `members of ${nameOf(roster)} whose side-cars have not got roster ${roster.epoch} yet: ${list(late)}`,
            'do they reach this controller? vagus session ls · vagus roster publish',
          ),
        ]),
  ]
}
