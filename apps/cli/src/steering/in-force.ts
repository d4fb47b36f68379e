/** What approvals have in force, in one line. @module */
import { approverNames, setLeases } from '@vagus/api/proposal-words'
import type { Approval, ProposalList } from '@vagus/api/steering'
import type { Client } from '../client.ts'
import { countOf, timeText } from '../format.ts'

export interface InForce {
  readonly proposal: string
  readonly approval: Approval
}

/** A lease holds a day at most; more than the last hundred proposals are hardly in force at once. */
const query = { last: '2d', n: 100 }

/** Nothing where the controller does not tell: it may be older than proposals. */
export const askInForce = (client: Client): Promise<readonly InForce[]> =>
  client.get<ProposalList>('ProposalList', '/v1/proposals', query).then(
    ({ items }) =>
      items.flatMap(({ id: proposal, approval }) => (approval?.state === 'in-force' ? [{ proposal, approval }] : [])),
    () => [],
  )

/** `2 leases in force until 13:40:02Z, by vagus itself: transit-8`; undefined where nothing is. @param now RFC 3339 */
export function inForceText(all: readonly InForce[], now: string): string | undefined {
  const [last] = all.map(({ approval }) => approval.until).toSorted((a, b) => Date.parse(b) - Date.parse(a))
  if (last === undefined) return undefined
  const leases = all.reduce((sum, { approval }) => sum + setLeases(approval).length, 0)
  const by = new Set(all.map(({ approval }) => approverNames[approval.by]))
  const which = all.map(({ proposal }) => proposal).join(', ')
  return `${countOf(leases, 'lease')} in force until ${timeText(last, now)}, by ${[...by].join(' and ')}: ${which}`
}
