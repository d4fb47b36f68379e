/** What the newest roster of an owner says of one agent, where it decides about more than calls. @module */
import type { AgentId, Roster } from '@vagus/identity'
import type { Standing } from '../lines/agents/line-orderers.ts'
import { timeText } from '../resources/windows.ts'

/** @param owner as people call it @param now milliseconds since 1970 */
export function standingIn(roster: Roster | undefined, agent: AgentId, owner: string, now: number): Standing {
  if (roster === undefined) return barred(`there is no roster of ${owner} at the controller`)
  if (now >= roster.expiresAt) return barred(`the roster of ${owner} expired at ${timeText(roster.expiresAt)}`)
  const member = roster.members.find(({ id }) => id === agent)
  if (member === undefined) return barred(`${agent} is no member of the fleet of ${owner}`)
  const { name, quarantine } = member
  return quarantine === undefined
    ? { type: 'member', name }
    : barred(`${name} is in quarantine since ${timeText(quarantine.since)}: ${quarantine.reason}`)
}

const barred = (because: string): Standing => ({ type: 'barred', because })
