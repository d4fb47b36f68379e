/**
 * What a set of intents means for one device now (translate, RFC 9315 §5.1.3). Controllers ask the same of each device, so
 * that nobody asks for what the other side refuses.
 * @module
 */
import { type Intent, noPlaces, type Places } from './intent.ts'
import type { IntentSet } from './intent-set.ts'
import { beatenOf, isPin } from './pins.ts'
import { type DeviceFacts, type Where, whereAt } from './scope.ts'
import { isActive, nextChange, windowEnd } from './when.ts'

/**
 * Whether a set may be gone by. Else nothing new is agreed on, as its owner may have said so by now: `none` is known yet, it
 * has `expired`, or the `clock` is before the set was signed, so that it says nothing of windows.
 */
export type Standing = 'holds' | 'none' | 'expired' | 'clock'

/** An intent that holds at the device now. */
export interface Order {
  readonly intent: Intent
  readonly where: Where
  /** Milliseconds since 1970: when its window ends. `undefined`: never. */
  readonly until: number | undefined
}

export interface Orders {
  readonly device: DeviceFacts
  readonly standing: Standing
  /** When the standing is `expired`: since then. */
  readonly expiresAt: number | undefined
  readonly places: Places
  /** In the order of their names. */
  readonly inForce: readonly Order[]
  /** Milliseconds since 1970: when all this is to be asked again. `undefined`: the set alone can change it. */
  readonly nextAt: number | undefined
}

/** As for signed content of others: clocks of devices without a time server differ. */
const clockSkewMs = 300_000

/** @param set the newest of its owner; `undefined`: none is known yet */
export function ordersOf(set: IntentSet | undefined, device: DeviceFacts, now: number): Orders {
  const places = set?.places ?? noPlaces
  const common = { device, places, expiresAt: set?.expiresAt }
  const standing = standingOf(set, now)
  if (set === undefined || standing !== 'holds') {
    const nextAt = standing === 'clock' ? set!.issuedAt - clockSkewMs : undefined
    return { ...common, standing, inForce: [], nextAt }
  }
  const here = set.intents.flatMap((intent) => {
    const where = whereAt(intent.scope, places, device)
    return where === undefined ? [] : [{ intent, where }]
  })
  const beaten = beatenOf(here.flatMap(({ intent }) => (isPin(intent) && isActive(intent.when, now) ? [intent] : [])))
  const inForce = here
    .filter(({ intent }) => isActive(intent.when, now) && intent.goal.type !== 'unknown' && !beaten.has(intent.name))
    .map((order) => ({ ...order, until: windowEnd(order.intent.when, now) }))
    .sort((one, other) => (one.intent.name < other.intent.name ? -1 : 1))
  const nextAt = here.reduce(
    (least, { intent }) => Math.min(least, nextChange(intent.when, now) ?? Infinity),
    set.expiresAt,
  )
  return { ...common, standing, inForce, nextAt }
}

function standingOf(set: IntentSet | undefined, now: number): Standing {
  if (set === undefined) return 'none'
  if (now >= set.expiresAt) return 'expired'
  return now < set.issuedAt - clockSkewMs ? 'clock' : 'holds'
}
