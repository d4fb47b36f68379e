/** Whether sessions between agents go directly, and what keeps those that do not: NATs, and networks without UDP. @module */
import type { Session, SessionList } from '@vagus/api'
import { nameOfEnd, pairsOf, pathInUse } from '@vagus/api/session-pairs'
import type { Client } from '../client.ts'
import { countOf } from '../format.ts'
import { mappingText, traversalReason } from '../session/nat-text.ts'
import { type Check, ok, warn } from './check.ts'

/** Nothing of a controller that is older than sessions. */
export const askSessionPaths = (client: Client): Promise<readonly Session[]> =>
  client.get<SessionList>('SessionList', '/v1/sessions').then(
    ({ items }) => items,
    () => [],
  )

export function directPathChecks(sessions: readonly Session[]): readonly Check[] {
  if (sessions.length === 0) return []
  return [...natChecks(sessions), ...relayChecks(sessions)]
}

/** How the NATs of agents map, as far as these looked for direct paths. */
function natChecks(sessions: readonly Session[]): readonly Check[] {
  const kinds = new Map<string, string>()
  for (const { agent, traversal } of sessions)
    if (traversal !== undefined && traversal.own !== null) kinds.set(nameOfEnd(agent), traversal.own)
  if (kinds.size === 0) return []
  const blocked = [...kinds].flatMap(([name, kind]) => (kind === 'blocked' ? [name] : []))
  const found = [...Map.groupBy(kinds, ([, kind]) => kind)].map(
    ([kind, of]) => `${of.map(([name]) => name).join(', ')}: ${mappingText(kind)}`,
  )
  if (blocked.length === 0) return [ok('NATs', found.join(' · '))]
  const fix = 'let UDP out of these networks, to any port; until then their sessions stay at relays'
  return [warn('NATs', found.join(' · '), fix)]
}

function relayChecks(sessions: readonly Session[]): readonly Check[] {
  const pairs = pairsOf(sessions)
  const relayed = pairs.filter(({ view }) => pathInUse(view)?.kind === 'relay')
  const count = `${countOf(pairs.length, 'session')}, ${relayed.length} through a relay`
  const failed = relayed.flatMap(({ view, other }) =>
    [view, other].flatMap((each) => (each?.traversal?.state === 'failed' ? [each] : [])).slice(0, 1),
  )
  const [first] = failed
  if (first === undefined) return [ok('paths', count)]
  const [own, peer] = [nameOfEnd(first.agent), nameOfEnd(first.peer)]
  const why = traversalReason(first.traversal!, { own, peer })
  return [warn('paths', `${count}; ${own} and ${peer}: ${why}`, `vagus agent path ${own} ${peer}`)]
}
