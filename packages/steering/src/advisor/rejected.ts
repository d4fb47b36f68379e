/** Why the next best moves are not proposed. @module */
import { type Demand, mayEnter, type PrefixDemand } from './demand.ts'
import type { Rejected } from './finding.ts'
import { maxRejected } from './limits.ts'
import type { LinkWatch } from './link-watch.ts'
import type { Plan, Planner } from './plan.ts'
import type { PrefixMemory } from './prefix-memory.ts'

interface Known {
  readonly names: readonly string[]
  readonly demand: Demand
  readonly links: readonly LinkWatch[]
  readonly memory: PrefixMemory
  readonly planner: Planner
}

/** Of the prefixes on the links that are about to be full, the heaviest of those that `plan` leaves there. */
export function rejectedBeside(plan: Plan, known: Known): readonly Rejected[] {
  const { names, demand, links } = known
  const moved = new Set(plan.moves.map(({ prefix }) => prefix))
  return demand.heaviest
    .filter(({ prefix, link }) => links[link]!.hot > 0 && !moved.has(prefix))
    .slice(0, maxRejected)
    .flatMap((one) => {
      const to = roomiest(plan, one, known)
      if (to === undefined) return []
      const move = { prefix: one.prefix, rate: one.rates[one.link]!, from: names[one.link]!, to: names[to]! }
      return [{ move, because: reason(plan, one, to, known) }]
    })
}

/** The other link with most left below its threshold after the moves; where an intent lets the prefix go, if there is one. */
function roomiest(plan: Plan, prefix: PrefixDemand, { names, links }: Known): number | undefined {
  const isFree = links.some((_, link) => link !== prefix.link && mayEnter(prefix, link))
  let best: number | undefined
  let most = -Infinity
  for (const [link, { threshold, capacity }] of links.entries()) {
    const after = plan.expected.find((one) => one.link === names[link])?.after
    if (link === prefix.link || after === undefined || capacity === 0 || threshold - after <= most) continue
    if (isFree && !mayEnter(prefix, link)) continue
    most = threshold - after
    best = link
  }
  return best
}

function reason(plan: Plan, one: PrefixDemand, to: number, { names, links, memory, planner }: Known): string {
  if (one.spread > 1) return `enters over ${one.spread} links`
  if (one.heldBy !== null) return `held by ${one.heldBy}`
  if (!mayEnter(one, to)) return `${one.pin?.by} keeps it off ${names[to]}`
  if (memory.isIgnored(one.prefix)) return 'the neighbour ignored it before'
  if (one.steeredTo !== null && one.steeredTo !== one.link)
    return `its move to ${names[one.steeredTo]} has not arrived yet`
  const load = planner.loadWith(plan, to, one) ?? 0
  const { capacity, threshold } = links[to]!
  if (load >= threshold) return `would fill ${names[to]} to ${Math.round((100 * load) / capacity)} %`
  const movedAgo = memory.movedAgo(one.prefix)
  if (movedAgo !== null) {
    const minutes = Math.max(1, Math.round(movedAgo / 60_000))
    return `moved ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ago`
  }
  const share = Math.round((100 * one.rates[one.link]!) / links[one.link]!.capacity)
  return share < 1 ? `would take less than 1 % off ${names[one.link]}` : 'would gain little beside the others'
}
