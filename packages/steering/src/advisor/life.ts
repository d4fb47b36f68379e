/**
 * The life of the one proposal of a border that is open or taken (states: `ProposalState`).
 *
 * It is relieved when its links had room for `calmHorizons` and no other was hot, and outdated when for `patience` steps the
 * shield stopped its moves or a load that they depend on was not known, or when others gained clearly more for two. Moves
 * that are taken are measured over the horizon, from when their traffic has arrived or is given up; if they end before,
 * from what was seen.
 * @module
 */
import type { Demand } from './demand.ts'
import type { LinkFinding, Move, Proposal, ProposalState, Rejected } from './finding.ts'
import { calmHorizons, hotSteps, patience, settleSteps } from './limits.ts'
import type { LinkWatch } from './link-watch.ts'
import { otherLoads, outcomeWith, shiftedRates } from './outcome.ts'
import type { Plan, Planner } from './plan.ts'
import type { PrefixMemory } from './prefix-memory.ts'

/** Plain JSON. */
export interface Live {
  readonly proposal: Proposal
  /** What each move shifts, as last seen, bits per second. */
  readonly rates: readonly number[]
  /** Steps in a row in which there was room without it, its moves could not be made, or others were clearly better. */
  readonly unneeded: number
  readonly impossible: number
  readonly outdone: number
  /** Steps since it was taken. */
  readonly waited: number
  /** Whether the traffic has followed, so that the outcome is counted. */
  readonly settled: boolean
}

/** A border at one step. */
export interface View {
  readonly at: number
  /** Steps over which taken moves are measured. */
  readonly horizon: number
  readonly names: readonly string[]
  readonly demand: Demand
  readonly links: readonly LinkWatch[]
  readonly memory: PrefixMemory
  readonly planner: Planner
  /** The best moves now, where a link has been hot for long enough and some pass the shield. */
  readonly best: Plan | undefined
}

/** Others are clearly better if they gain so many times as much, and so much more besides: five moves' price. */
const clearlyMore = 1.25
const clearGain = 0.05

export function opened(
  number: number,
  view: View,
  plan: Plan,
  because: readonly LinkFinding[],
  rejected: readonly Rejected[],
): Live {
  const { moves, expected } = plan
  const { at } = view
  const state = 'open'
  const proposal = {
    number,
    state,
    openedAt: at,
    endedAt: null,
    because,
    moves,
    expected,
    rejected,
    outcome: null,
  } as const
  const rates = moves.map(({ rate }) => rate)
  return seen({ proposal, rates, unneeded: 0, impossible: 0, outdone: 0, waited: 0, settled: false }, view)
}

/** After one more step; its proposal has ended where `endedAt` is not null. */
export function lived(live: Live, view: View): Live {
  return live.proposal.state === 'open' ? livedOpen(live, view) : livedTaken(live, view)
}

function livedOpen(live: Live, view: View): Live {
  const { moves } = live.proposal
  if (areInForce(moves, view))
    return { ...live, proposal: { ...live.proposal, state: 'taken', outcome: null }, waited: 0 }
  const { demand, horizon, links, planner, best } = view
  const blind = isBlind(live.proposal, view)
  const hot = links.some((link) => link.hot > 0)
  const old = hot && !blind ? planner.planOf(moves) : undefined
  const stopped = blind || (hot && old === undefined && demand.byPrefix.size > 0)
  const next = {
    ...seen(live, view),
    unneeded: isUnneeded(live.proposal, view) ? live.unneeded + 1 : 0,
    impossible: stopped ? live.impossible + 1 : 0,
    outdone: isClearlyBetter(best, old) ? live.outdone + 1 : 0,
  }
  if (next.unneeded >= calmHorizons * horizon) return ended(next, 'relieved', view)
  return next.impossible >= patience || next.outdone >= hotSteps ? ended(next, 'outdated', view) : next
}

function livedTaken(live: Live, view: View): Live {
  const { names, demand, memory, horizon } = view
  const { moves } = live.proposal
  const one = ({ prefix }: Move) => demand.byPrefix.get(prefix)
  if (moves.some((move) => one(move) !== undefined && one(move)!.steeredTo !== names.indexOf(move.to)))
    return ended(live, 'measured', view)
  if (live.settled) {
    const next = seen(live, view)
    return next.proposal.outcome!.steps >= horizon ? ended(next, 'measured', view) : next
  }
  const arrived =
    demand.byPrefix.size > 0 &&
    moves.every(
      (move) => memory.isIgnored(move.prefix) || (one(move)?.rate ?? 0) === 0 || names[one(move)!.link] === move.to,
    )
  const waited = live.waited + 1
  return { ...live, waited, settled: arrived || waited >= settleSteps }
}

/** Whether the links that it was opened for have room without it, and no other needs some. */
const isUnneeded = ({ because }: Proposal, { names, links }: View): boolean =>
  links.every((link) => link.hot === 0) && because.every(({ name }) => links[names.indexOf(name)]!.relieved)

const isClearlyBetter = (best: Plan | undefined, old: Plan | undefined): boolean =>
  best !== undefined && best.gain > clearlyMore * (old?.gain ?? 0) + clearGain

/** Whether a load that the proposal depends on is not known. */
function isBlind({ because, moves }: Proposal, { names, demand }: View): boolean {
  const links = [...because.map(({ name }) => name), ...moves.map(({ to }) => to)]
  return links.some((name) => (demand.loads[names.indexOf(name)] ?? null) === null)
}

/** All that have traffic, and one at least. */
function areInForce(moves: readonly Move[], { names, demand }: View): boolean {
  const known = moves.filter(({ prefix }) => demand.byPrefix.has(prefix))
  const inForce = ({ prefix, to }: Move): boolean => demand.byPrefix.get(prefix)!.steeredTo === names.indexOf(to)
  return known.length > 0 && known.every(inForce)
}

function seen(live: Live, { names, demand, links }: View): Live {
  const { moves, outcome, state } = live.proposal
  const end = state === 'open' ? 'from' : 'to'
  const rates = shiftedRates(names, demand, moves, end, live.rates)
  const others = otherLoads(names, demand.loads, moves, end, rates)
  const thresholds = links.map(({ threshold }) => threshold)
  return {
    ...live,
    rates,
    proposal: { ...live.proposal, outcome: outcomeWith(outcome, names, demand.loads, others, thresholds) },
  }
}

export function ended(live: Live, state: ProposalState, { at }: Pick<View, 'at'>): Live {
  const { proposal } = live
  return { ...live, proposal: { ...proposal, state, endedAt: Math.max(at, proposal.openedAt) } }
}
