/**
 * What the intents in force refuse at a device. Each question is asked by the device before it agrees, and by whoever is about
 * to ask the device. An answer `undefined` is no permission: the bounds of the device's own operator hold besides.
 * @module
 */
import { containsPrefix, parsePrefix } from '@vagus/address'
import type { Bounds, GoalType } from './intent.ts'
import type { Order, Orders } from './orders.ts'
import { overlap, pushesAway, barsEntry } from './pins.ts'
import { isAt } from './scope.ts'
import { standingText, utcText } from './words.ts'

export interface IntentRefusal {
  /** Name; null: no set holds. */
  readonly intent: string | null
  readonly goal: GoalType | null
  /** Milliseconds since 1970: when the intent's window ends; `undefined`: never. */
  readonly until: number | undefined
  /** A sentence without a full stop, with the intent's name and window. */
  readonly problem: string
}

/** A MED at an interface of the device. */
export interface MedQuestion {
  /** As routers print it. */
  readonly prefix: string
  readonly interface: string
  /** `set`: a new lease. `enter`: nothing is set there, as traffic of the prefix is to enter there. */
  readonly purpose: 'set' | 'enter'
  readonly leaseMs: number
  /** Leases that began at this device within the last hour. */
  readonly movesLastHour: number
}

export function medRefusal(orders: Orders, asked: MedQuestion): IntentRefusal | undefined {
  const { prefix, interface: name, purpose, leaseMs, movesLastHour } = asked
  const set = purpose === 'set'
  if (set && orders.standing !== 'holds') return closed(orders)
  const { places, device } = orders
  return firstOf(orders, (order) => {
    const { goal } = order.intent
    if (!isAt(order.where, name)) return undefined
    if (goal.type === 'freeze') return set ? 'no MED is set' : undefined
    if (goal.type === 'bounds') return set ? steeringProblem(goal, prefix, leaseMs, movesLastHour) : undefined
    if (goal.type !== 'pin' || !overlap(goal.prefix, prefix)) return undefined
    const links = goal.over.join(', ')
    const pinned = `${goal.prefix} enters ${goal.enters === 'only' ? 'only' : 'never'} over ${links}`
    if (purpose === 'enter')
      return barsEntry(goal, places, device.name, name) ? `${pinned}, so ${prefix} is not led to ${name}` : undefined
    return pushesAway(goal, places, device.name, name)
      ? `${pinned}, so ${prefix} is not driven away from ${name}`
      : undefined
  })
}

function steeringProblem({ steering }: Bounds, prefix: string, leaseMs: number, moves: number): string | undefined {
  if (steering === undefined) return undefined
  const { prefixes, leaseMs: longest = Infinity, movesPerHour = Infinity } = steering
  if (prefixes !== undefined && !prefixes.some((one) => containsPrefix(parsePrefix(one), parsePrefix(prefix))))
    return `${prefix} is not to be steered`
  if (leaseMs > longest) return `a lease of ${leaseMs} ms; at most ${longest}`
  return moves >= movesPerHour ? `${moves} leases began within an hour; at most ${movesPerHour}` : undefined
}

/** A new part of a private line over these interfaces; of a steer, where its packets come in. */
export function lineRefusal(orders: Orders, interfaces: readonly string[]): IntentRefusal | undefined {
  if (orders.standing !== 'holds') return closed(orders)
  return firstOf(orders, ({ intent: { goal }, where }) => {
    if (!interfaces.some((name) => isAt(where, name))) return undefined
    if (goal.type === 'freeze') return 'no line begins'
    return goal.type === 'bounds' && goal.lines?.sharePercent === 0 ? 'lines may take nothing' : undefined
  })
}

/** The least part of the link that lines may take together by intents, 0..1, and whose word that is; `undefined`: none says. */
export function lineShare(orders: Orders, name: string): { readonly share: number; readonly order: Order } | undefined {
  return leastOf(orders, name, ({ intent: { goal } }) =>
    goal.type === 'bounds' && goal.lines !== undefined ? goal.lines.sharePercent / 100 : undefined,
  )
}

/** The least load that the link is to be kept below, 0..1; `undefined`: none. */
export function loadCap(orders: Orders, name: string): { readonly share: number; readonly order: Order } | undefined {
  return leastOf(orders, name, ({ intent: { goal } }) => (goal.type === 'keep-below' ? goal.percent / 100 : undefined))
}

/** A commit changes all of a router, so an intent about one of its links counts. */
export function commitRefusal(orders: Orders): IntentRefusal | undefined {
  if (orders.standing !== 'holds') return closed(orders)
  return firstOf(orders, ({ intent: { goal } }) => (goal.type === 'freeze' ? 'no commit begins' : undefined))
}

/** Patterns of lines, of which each list must have one that matches: by whom, and what to say where none does. */
export function commitPatterns(
  orders: Orders,
): readonly { readonly patterns: readonly string[]; readonly refusal: IntentRefusal }[] {
  return orders.inForce.flatMap((order) => {
    const { goal } = order.intent
    if (goal.type !== 'bounds' || goal.commits === undefined) return []
    const { patterns } = goal.commits
    const right = patterns.length === 0 ? 'nothing' : `only ${patterns.map((one) => `"${one}"`).join(', ')}`
    return [{ patterns, refusal: refusalOf(order, `AI agents commit ${right}`) }]
  })
}

/** The policy of the device agent is the operator's own, also where no set holds: only a freeze is heard. */
export const policyRefusal = (orders: Orders): IntentRefusal | undefined =>
  firstOf(orders, ({ intent: { goal } }) => (goal.type === 'freeze' ? 'no policy is installed' : undefined))

/** By name, so that the order of the document never matters. */
function firstOf(orders: Orders, problemOf: (order: Order) => string | undefined): IntentRefusal | undefined {
  for (const order of orders.inForce) {
    const problem = problemOf(order)
    if (problem !== undefined) return refusalOf(order, problem)
  }
  return undefined
}

/** The strictest; of equal ones the first by name. */
function leastOf(
  { inForce }: Orders,
  name: string,
  shareOf: (order: Order) => number | undefined,
): { readonly share: number; readonly order: Order } | undefined {
  let least: { readonly share: number; readonly order: Order } | undefined
  for (const order of inForce) {
    const share = isAt(order.where, name) ? shareOf(order) : undefined
    if (share !== undefined && share < (least?.share ?? Infinity)) least = { share, order }
  }
  return least
}

function refusalOf({ intent, until }: Order, problem: string): IntentRefusal {
  const { name, because, goal } = intent
  const window = until === undefined ? '' : ` until ${utcText(until)}`
  const why = because === undefined ? '' : ` (${because})`
  return { intent: name, goal: goal.type, until, problem: `intent "${name}"${window}: ${problem}${why}` }
}

const closed = (orders: Orders): IntentRefusal => ({
  intent: null,
  goal: null,
  until: undefined,
  problem: standingText(orders),
})
