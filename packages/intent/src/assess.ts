/** How each intent stands at one device (assess, RFC 9315 §5.2.2), for IntentStatus. @module */
import type { Intent } from './intent.ts'
import type { IntentSet } from './intent-set.ts'
import type { LoadWatch } from './load-watch.ts'
import { conflictsAt } from './conflicts.ts'
import type { Orders } from './orders.ts'
import { barsEntry, overlap } from './pins.ts'
import { isAt, isRoleUnknown, whereAt } from './scope.ts'
import { isActive, nextChange } from './when.ts'
import { standingText, utcText } from './words.ts'

/**
 * `received`: it says nothing to this device. `translated`: it does, at another time or while another intent wins. `active`:
 * it holds. `degraded`: it holds, and its goal is not met. `conflict`: it does not hold, or cannot be met, because of another
 * one. `refused`: it is not understood, or no set holds.
 */
export const intentStates = ['received', 'translated', 'active', 'degraded', 'conflict', 'refused'] as const
export type IntentState = (typeof intentStates)[number]

export interface IntentReport {
  readonly name: string
  readonly state: IntentState
  /** A sentence without a full stop; absent where the state says all. */
  readonly evidence?: string
}

/** A MED in force at the device. */
export interface LeaseFact {
  readonly prefix: string
  readonly interface: string
  /** Milliseconds since 1970. */
  readonly until: number
}

export interface AssessFacts {
  /** `ordersOf` of the moment. */
  readonly orders: Orders
  readonly loads: LoadWatch
  readonly leases: readonly LeaseFact[]
}

/** One report for each intent of the set, in its order. @param now milliseconds since 1970, as that of `orders` */
export function assess(set: IntentSet, { orders, loads, leases }: AssessFacts, now: number): readonly IntentReport[] {
  const conflicts = conflictsAt(set, now)
  return set.intents.map((intent): IntentReport => {
    const report = (state: IntentState, evidence?: string): IntentReport => ({
      name: intent.name,
      state,
      ...(evidence === undefined ? {} : { evidence: evidence.slice(0, maxEvidence) }),
    })
    if (intent.goal.type === 'unknown')
      return report('refused', `this agent does not know the goal ${intent.goal.kind}; a later version may`)
    if (orders.standing !== 'holds') return report('refused', standingText(orders))
    const where = whereAt(intent.scope, orders.places, orders.device)
    if (where === undefined) return report('received')
    if (!isActive(intent.when, now)) return report('translated', waitText(intent, now))
    const lost = conflicts.find(
      (one) => one.intent === intent.name || (one.won === 'both' && one.other === intent.name),
    )
    if (lost !== undefined) return report('conflict', lost.because)
    const unmet = unmetText(intent, orders, loads, leases, now)
    return unmet === undefined
      ? report(
          'active',
          isRoleUnknown(intent.scope, orders.places, orders.device)
            ? 'who has the role is not known to this device, so it obeys'
            : undefined,
        )
      : report('degraded', unmet)
  })
}

/** Octets of evidence are few: all reports have to fit one message. */
const maxEvidence = 240

function waitText({ when }: Intent, now: number): string {
  const next = nextChange(when, now)
  return next === undefined ? 'its time is over' : `it begins at ${utcText(next)}`
}

/** Why the goal is not met, with figures; `undefined`: it is, or the device cannot tell. */
function unmetText(
  { name, goal }: Intent,
  orders: Orders,
  { above, at }: LoadWatch,
  leases: readonly LeaseFact[],
  now: number,
): string | undefined {
  if (goal.type === 'keep-below') {
    const late = above.filter((one) => one.intent === name && at - one.since > goal.forMs)
    const [worst] = late.toSorted((one, other) => other.most - one.most)
    if (worst === undefined) return undefined
    const [share, most] = [worst.share, worst.most].map((one) => Math.round(one * 1000) / 10)
    const [seconds, allowed] = [at - worst.since, goal.forMs].map((ms) => Math.round(ms / 1000))
    return `${worst.interface} is at ${share} %, and has been above ${goal.percent} % for ${seconds} s, up to ${most} %; ${allowed} s are allowed`
  }
  const order = orders.inForce.find(({ intent }) => intent.name === name)
  const here = leases.filter((lease) => lease.until > now && order !== undefined && isAt(order.where, lease.interface))
  if (goal.type === 'pin') {
    const { places, device } = orders
    const one = here.find(
      (lease) => overlap(lease.prefix, goal.prefix) && !barsEntry(goal, places, device.name, lease.interface),
    )
    return (
      one &&
      `a MED that was agreed on before drives ${one.prefix} away from ${one.interface} until ${utcText(one.until)}`
    )
  }
  return undefined
}
