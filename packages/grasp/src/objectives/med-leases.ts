/**
 * What a responder of Congestion.MED has agreed to, as leases. Nothing that was set outlives its lease, its confirmation or
 * the agent:
 *
 *   asked ──▶ prepared (reserved) ──accept──▶ applied ──confirm──▶ confirmed ──lease ends, or release──▶ gone
 *                  │ prepareMs                   │ confirmMs
 *                  ▼ forgotten                   ▼ reverted
 *
 * A prefix at an ingress is in one of these at most: it goes back to what the router's own configuration says, and never to
 * what another lease set. A dry run leaves nothing behind. A plan that is over does not begin anew: a confirmation that comes
 * late would else be taken for a new plan.
 * @module
 */
import { type MedOffer } from './congestion-med.ts'
import { isNewer } from './header.ts'
import { decline, type MedDecline } from './med-bargain.ts'
import type { Run } from './objective-type.ts'

export interface LeaseConfig {
  /** Between `prepared` and the end of that negotiation, milliseconds. */
  readonly prepareMs: number
  /** Between `applied` and the confirmation. */
  readonly confirmMs: number
  /** Before the same prefix may be given a MED at the same ingress again. */
  readonly holdMs: number
  /** Leases at once; one more is declined with BUSY. */
  readonly leases: number
  /** Prefixes at ingresses whose last change is remembered, and plans that are over; the oldest is forgotten. */
  readonly remembered: number
}

export const defaultLeaseConfig: LeaseConfig = {
  prepareMs: 15_000,
  confirmMs: 15_000,
  holdMs: 120_000,
  leases: 256,
  remembered: 4096,
}

export interface Lease {
  /** The last of the peer; once it is applied, as agreed. */
  readonly offer: MedOffer
  /** The other side, by its proven identity. */
  readonly with: string
  readonly state: 'prepared' | 'applied' | 'confirmed'
  /** Milliseconds since 1970: when it ends by itself. */
  readonly until: number
  /** Once applied: when its time is over. */
  readonly leaseEnd?: number
}

export interface Leases {
  readonly byPlan: ReadonlyMap<string, Lease>
  /** When each prefix changed last at an ingress. */
  readonly changes: ReadonlyMap<string, number>
  /** What is answered to those who ask for a plan that is over. */
  readonly over: ReadonlyMap<string, MedDecline>
}

export const noLeases: Leases = { byPlan: new Map(), changes: new Map(), over: new Map() }

/** What a negotiation is about: a look, a new lease, one that is to stay, or one that is to go. */
export type MedPurpose = 'dry-run' | 'prepare' | 'confirm' | 'release'

export type LeaseEvent =
  /** The peer's first offer of a negotiation. */
  | { readonly type: 'asked'; readonly run: Run; readonly offer: MedOffer; readonly from: string }
  /** A live negotiation ended with an accept on `offer`. */
  | { readonly type: 'agreed'; readonly purpose: MedPurpose; readonly offer: MedOffer }
  /** It ended without. */
  | { readonly type: 'failed'; readonly planId: Uint8Array }
  /** The operator wants it undone now. */
  | { readonly type: 'cancelled'; readonly planId: Uint8Array }
  /** The router has it not, or no more. */
  | { readonly type: 'lost'; readonly planId: Uint8Array; readonly because?: string }
  | { readonly type: 'tick' }

export type LeaseEffect =
  | { readonly type: 'go-on'; readonly purpose: MedPurpose }
  | MedDecline
  | { readonly type: 'apply' | 'revert'; readonly offer: MedOffer }

type Step = readonly [Leases, readonly LeaseEffect[]]

/** A plan-id as the key of `Leases.byPlan`. */
export const planKey = (planId: Uint8Array): string => planId.join('.')
const placeKey = ({ prefix, ingress }: Pick<MedOffer, 'prefix' | 'ingress'>): string => `${prefix} ${ingress}`

/** The leases after `event`, and what follows. Total. */
export function stepLeases(leases: Leases, event: LeaseEvent & { readonly now: number }, config: LeaseConfig): Step {
  if (event.type === 'tick') return tick(leases, event.now, config)
  if (event.type === 'asked') return asked(leases, event, config)
  if (event.type === 'agreed') return agreed(leases, event, config)
  const key = planKey(event.planId)
  const state = leases.byPlan.get(key)?.state
  // It never held anything, so that the same plan may be tried again.
  if (event.type === 'failed') return state === 'prepared' ? [without(leases, key), []] : [leases, []]
  if (event.type === 'cancelled') return end(leases, key, decline('UNDONE', 'a person undid it there'), config)
  const because = event.because ?? 'the router has it no more'
  return [end(leases, key, decline(state === 'applied' ? 'RESOURCE' : 'STALE', because), config)[0], []]
}

type Asked = Extract<LeaseEvent, { readonly type: 'asked' }> & { readonly now: number }

function asked(leases: Leases, event: Asked, config: LeaseConfig): Step {
  const { run, offer, from, now } = event
  if (run === 'dry') {
    const refused = offer.med === null ? undefined : (heldProblem(leases, offer) ?? damping(leases, event, config))
    return [leases, [refused ?? { type: 'go-on', purpose: 'dry-run' }]]
  }
  const key = planKey(offer.planId)
  const known = leases.byPlan.get(key)
  const refused = known === undefined ? newProblem(leases, event, config) : knownProblem(known, offer, from)
  if (refused !== undefined) return [leases, [refused]]
  const byPlan = new Map(leases.byPlan)
  if (known === undefined) {
    byPlan.set(key, { offer, with: from, state: 'prepared', until: now + config.prepareMs })
    return [{ ...leases, byPlan }, [{ type: 'go-on', purpose: 'prepare' }]]
  }
  byPlan.set(key, { ...known, offer: { ...known.offer, header: offer.header } })
  return [{ ...leases, byPlan }, [{ type: 'go-on', purpose: offer.med === null ? 'release' : 'confirm' }]]
}

/** Why no lease is begun; undefined where one may be. */
function newProblem(leases: Leases, event: Asked, config: LeaseConfig): MedDecline | undefined {
  const over = leases.over.get(planKey(event.offer.planId))
  if (over !== undefined) return over
  if (event.offer.med === null) return decline('STALE', 'there is no lease of that plan')
  const refused = heldProblem(leases, event.offer) ?? damping(leases, event, config)
  if (refused !== undefined) return refused
  return leases.byPlan.size < config.leases ? undefined : decline('BUSY', `${config.leases} leases are open`)
}

/** Why an offer of a plan that is known is not listened to. */
function knownProblem(known: Lease, offer: MedOffer, from: string): MedDecline | undefined {
  if (known.with !== from) return decline('UNTRUSTED', 'the plan is of another node')
  if (!isNewer(offer.header, known.offer.header)) return decline('STALE', 'a newer value of that plan is known')
  if (placeKey(offer) !== placeKey(known.offer)) return decline('UNTRUSTED', 'the plan is about something else')
  if (offer.med === null) return undefined
  if (known.state === 'prepared') return decline('BUSY', 'the plan is being prepared')
  return offer.med === known.offer.med ? undefined : decline('UNTRUSTED', 'another MED was agreed on')
}

/** The prefix at that ingress is in a lease of another plan. */
function heldProblem({ byPlan }: Leases, offer: MedOffer): MedDecline | undefined {
  const own = planKey(offer.planId)
  for (const [key, lease] of byPlan) {
    if (key !== own && placeKey(lease.offer) === placeKey(offer))
      return decline('BUSY', `${offer.prefix} is in another lease there`)
  }
  return undefined
}

function damping({ changes }: Leases, { offer, now }: Asked, { holdMs }: LeaseConfig): MedDecline | undefined {
  const wait = (changes.get(placeKey(offer)) ?? -Infinity) + holdMs - now
  return wait > 0 && wait <= holdMs
    ? decline('BUSY', `${offer.prefix} changed there lately; try again in ${Math.ceil(wait / 1000)} s`)
    : undefined
}

function agreed(
  leases: Leases,
  { purpose, offer, now }: Extract<LeaseEvent, { readonly type: 'agreed' }> & { readonly now: number },
  config: LeaseConfig,
): Step {
  const { confirmMs, remembered } = config
  const key = planKey(offer.planId)
  const known = leases.byPlan.get(key)
  if (known === undefined) return [leases, []]
  if (purpose === 'release') return end(leases, key, decline('STALE', 'it was released'), config)
  const byPlan = new Map(leases.byPlan)
  if (purpose === 'prepare' && known.state === 'prepared') {
    const leaseEnd = now + offer.leaseMs
    byPlan.set(key, { ...known, offer, state: 'applied', until: Math.min(now + confirmMs, leaseEnd), leaseEnd })
    const changes = remember(leases.changes, placeKey(offer), now, remembered)
    return [{ ...leases, byPlan, changes }, [{ type: 'apply', offer }]]
  }
  if (purpose !== 'confirm' || known.leaseEnd === undefined) return [leases, []]
  byPlan.set(key, { ...known, state: 'confirmed', until: known.leaseEnd })
  return [{ ...leases, byPlan }, []]
}

/** Why a lease ended when nothing came in time. */
const tooLate: { readonly [State in Lease['state']]: string } = {
  prepared: 'it was not accepted in time',
  applied: 'it was not confirmed in time',
  confirmed: 'its time is over',
}

function tick(leases: Leases, now: number, config: LeaseConfig): Step {
  let state = leases
  const effects: LeaseEffect[] = []
  for (const [key, lease] of leases.byPlan) {
    if (now < lease.until) continue
    const [next, undone] = end(state, key, decline('STALE', tooLate[lease.state]), config)
    state = next
    effects.push(...undone)
  }
  return [state, effects]
}

/** The lease is over; what was set is undone. */
function end(leases: Leases, key: string, why: MedDecline, { remembered }: LeaseConfig): Step {
  const lease = leases.byPlan.get(key)
  if (lease === undefined) return [leases, []]
  const over = remember(leases.over, key, why, remembered)
  const undone = { type: 'revert', offer: lease.offer } as const
  return [{ ...without(leases, key), over }, lease.state === 'prepared' ? [] : [undone]]
}

function without(leases: Leases, key: string): Leases {
  const byPlan = new Map(leases.byPlan)
  byPlan.delete(key)
  return { ...leases, byPlan }
}

function remember<Value>(
  table: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
  limit: number,
): ReadonlyMap<string, Value> {
  const next = new Map(table)
  next.delete(key)
  next.set(key, value)
  const [oldest] = next.keys()
  if (next.size > limit && oldest !== undefined) next.delete(oldest)
  return next
}

/** When the next `tick` is due, milliseconds since 1970; undefined when nothing is awaited. */
export const nextLeaseEnd = ({ byPlan }: Leases): number | undefined =>
  byPlan.size === 0 ? undefined : [...byPlan.values()].reduce((least, { until }) => Math.min(least, until), Infinity)
