/** Sessions by the two agents that have them: both ends tell of one, each as it sees it. @module */
import type { Session } from '@vagus/api'

/** What is told of the session of two agents, by one end or by both; the initiator's view first. */
export type Pair = readonly [Session, ...Session[]]

/** In the order of `items`. Of two views of one end, as there are while a session takes the place of another, the newer. */
export function pairsOf(items: readonly Session[]): readonly Pair[] {
  const groups = Map.groupBy(items, ({ agent, peer }) => [agent.id, peer.id].sort().join(' '))
  return [...groups.values()].map((views) => {
    const newest = new Map<string, Session>()
    for (const view of views.toSorted((a, b) => a.since.localeCompare(b.since))) newest.set(view.agent.id, view)
    const [first, ...others] = [...newest.values()].sort((a, b) => rankOf(a) - rankOf(b))
    return [first!, ...others] // a group has one at least
  })
}

const rankOf = ({ role }: Session): number => (role === 'initiator' ? 0 : 1)

/** As the end tells them that saw the longest silence: one that waits for nothing sees none. */
export const gapsOf = ([first, ...others]: Pair): Session['gaps'] =>
  others.reduce((seen, { gaps }) => ((gaps.longestMs ?? 0) > (seen.longestMs ?? 0) ? gaps : seen), first.gaps)
