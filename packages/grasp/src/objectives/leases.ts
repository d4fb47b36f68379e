/**
 * What a responder has agreed to, as leases: of Congestion.MED, and of Line.Part. Nothing that was set outlives its lease or
 * its confirmation:
 *
 *   asked ──▶ prepared (reserved) ──accept──▶ applied ──confirm──▶ confirmed ──lease ends, or release──▶ gone
 *                  │ prepareMs                   │ confirmMs
 *                  ▼ forgotten                   ▼ reverted
 *
 * A place is in one of these at most, so that what was set goes back to what it was without any lease, and never to what
 * another lease set. A dry run leaves nothing behind. A plan that is over does not begin anew: a confirmation that comes late
 * would else be taken for a new plan.
 * @module
 */
import { type Decline, decline } from './decline.ts'
import { type Header, isNewer } from './header.ts'
import type { Run } from './objective-type.ts'

/** What every offer about a lease has. */
export interface LeaseOffer {
  readonly header: Header
  /** 16 octets: the same from prepare to release. */
  readonly planId: Uint8Array
  /** Milliseconds from the accept. */
  readonly leaseMs: number
}

/** What offers of one objective are about. */
export interface LeaseMatter<Offer extends LeaseOffer> {
  /** Whether it asks for nothing to be set: then it releases, and a dry run with it only looks. */
  readonly isEmpty: (offer: Offer) => boolean
  /** What nobody else may have, as text and in words; undefined where an offer says none. */
  readonly placeOf: (offer: Offer) => { readonly key: string; readonly words: string } | undefined
  /** Why an offer of a plan that is known is about something else than what was agreed on; undefined where it is the same. */
  readonly differenceOf: (offer: Offer, agreed: Offer) => string | undefined
  /** Since when a lease runs: `prepare`, or the last confirmation. */
  readonly runsSince: 'prepare' | 'confirm'
}

export interface LeaseConfig {
  /** Between `prepared` and the end of that negotiation, milliseconds. */
  readonly prepareMs: number
  /** Between `applied` and the confirmation. */
  readonly confirmMs: number
  /** Before the same place may be in a new lease, since the last was applied; 0: at once. */
  readonly holdMs: number
  /** Leases at once; one more is declined with BUSY. */
  readonly leases: number
  /** Places whose last change is remembered, and plans that are over; the oldest is forgotten. */
  readonly remembered: number
}

export const defaultLeaseConfig: LeaseConfig = {
  prepareMs: 15_000,
  confirmMs: 15_000,
  holdMs: 120_000,
  leases: 256,
  remembered: 4096,
}

export interface Lease<Offer extends LeaseOffer> {
  /** The last of the peer; once it is applied, as agreed. */
  readonly offer: Offer
  /** The other side, by its proven identity. */
  readonly with: string
  readonly state: 'prepared' | 'applied' | 'confirmed'
  /** Milliseconds since 1970: when it ends by itself. */
  readonly until: number
  /** Once applied: when its time is over. */
  readonly leaseEnd?: number
}

export interface Leases<Offer extends LeaseOffer> {
  readonly byPlan: ReadonlyMap<string, Lease<Offer>>
  /** When each place changed last. */
  readonly changes: ReadonlyMap<string, number>
  /** What is answered to those who ask for a plan that is over. */
  readonly over: ReadonlyMap<string, Decline>
}

export const noLeases: Leases<never> = { byPlan: new Map(), changes: new Map(), over: new Map() }

/** What a negotiation is about: a look, a new lease, one that is to stay, or one that is to go. */
export type LeasePurpose = 'dry-run' | 'prepare' | 'confirm' | 'release'

export type LeaseEvent<Offer extends LeaseOffer> =
  /** The peer's first offer of a negotiation. */
  | { readonly type: 'asked'; readonly run: Run; readonly offer: Offer; readonly from: string }
  /** A live negotiation ended with an accept on `offer`. */
  | { readonly type: 'agreed'; readonly purpose: LeasePurpose; readonly offer: Offer }
  /** It ended without. */
  | { readonly type: 'failed'; readonly planId: Uint8Array }
  /** The operator wants it undone now. */
  | { readonly type: 'cancelled'; readonly planId: Uint8Array }
  /** The router has it not, or no more. */
  | { readonly type: 'lost'; readonly planId: Uint8Array; readonly because?: string }
  | { readonly type: 'tick' }

export type LeaseEffect<Offer extends LeaseOffer> =
  | { readonly type: 'go-on'; readonly purpose: LeasePurpose }
  | Decline
  | { readonly type: 'apply' | 'revert'; readonly offer: Offer }

type Step<Offer extends LeaseOffer> = readonly [Leases<Offer>, readonly LeaseEffect<Offer>[]]
type Timed<Event> = Event & { readonly now: number }

/** A plan-id as the key of `Leases.byPlan`. */
export const planKey = (planId: Uint8Array): string => planId.join('.')

/** The leases after `event`, and what follows. Total. */
export function stepLeases<Offer extends LeaseOffer>(
  leases: Leases<Offer>,
  event: Timed<LeaseEvent<Offer>>,
  config: LeaseConfig,
  matter: LeaseMatter<Offer>,
): Step<Offer> {
  if (event.type === 'tick') return tick(leases, event.now, config)
  if (event.type === 'asked') return asked(leases, event, config, matter)
  if (event.type === 'agreed') return agreed(leases, event, config, matter)
  const key = planKey(event.planId)
  const state = leases.byPlan.get(key)?.state
  // It never held anything, so that the same plan may be tried again.
  if (event.type === 'failed') return state === 'prepared' ? [without(leases, key), []] : [leases, []]
  if (event.type === 'cancelled') return end(leases, key, decline('UNDONE', 'a person undid it there'), config)
  const because = event.because ?? 'the router has it no more'
  return [end(leases, key, decline(state === 'applied' ? 'RESOURCE' : 'STALE', because), config)[0], []]
}

type Asked<Offer extends LeaseOffer> = Timed<Extract<LeaseEvent<Offer>, { readonly type: 'asked' }>>

function asked<Offer extends LeaseOffer>(
  leases: Leases<Offer>,
  event: Asked<Offer>,
  config: LeaseConfig,
  matter: LeaseMatter<Offer>,
): Step<Offer> {
  const { run, offer, from, now } = event
  const isEmpty = matter.isEmpty(offer)
  if (run === 'dry') {
    const refused = isEmpty ? undefined : placeProblem(leases, event, config, matter)
    return [leases, [refused ?? { type: 'go-on', purpose: 'dry-run' }]]
  }
  const key = planKey(offer.planId)
  const known = leases.byPlan.get(key)
  const refused =
    known === undefined ? newProblem(leases, event, config, matter) : knownProblem(known, offer, from, matter)
  if (refused !== undefined) return [leases, [refused]]
  const byPlan = new Map(leases.byPlan)
  if (known === undefined) {
    byPlan.set(key, { offer, with: from, state: 'prepared', until: now + config.prepareMs })
    return [{ ...leases, byPlan }, [{ type: 'go-on', purpose: 'prepare' }]]
  }
  byPlan.set(key, { ...known, offer: { ...known.offer, header: offer.header } })
  return [{ ...leases, byPlan }, [{ type: 'go-on', purpose: isEmpty ? 'release' : 'confirm' }]]
}

/** Why no lease is begun; undefined where one may be. */
function newProblem<Offer extends LeaseOffer>(
  leases: Leases<Offer>,
  event: Asked<Offer>,
  config: LeaseConfig,
  matter: LeaseMatter<Offer>,
): Decline | undefined {
  const over = leases.over.get(planKey(event.offer.planId))
  if (over !== undefined) return over
  if (matter.isEmpty(event.offer)) return decline('STALE', 'there is no lease of that plan')
  const refused = placeProblem(leases, event, config, matter)
  if (refused !== undefined) return refused
  return leases.byPlan.size < config.leases ? undefined : decline('BUSY', `${config.leases} leases are open`)
}

/** Why an offer of a plan that is known is not listened to. */
function knownProblem<Offer extends LeaseOffer>(
  known: Lease<Offer>,
  offer: Offer,
  from: string,
  matter: LeaseMatter<Offer>,
): Decline | undefined {
  if (known.with !== from) return decline('UNTRUSTED', 'the plan is of another node')
  if (!isNewer(offer.header, known.offer.header)) return decline('STALE', 'a newer value of that plan is known')
  const difference = matter.differenceOf(offer, known.offer)
  if (difference !== undefined) return decline('UNTRUSTED', difference)
  const isAskedTwice = known.state === 'prepared' && !matter.isEmpty(offer)
  return isAskedTwice ? decline('BUSY', 'the plan is being prepared') : undefined
}

/** Why nothing new is set at the place: it is in the lease of another plan, or changed lately. */
function placeProblem<Offer extends LeaseOffer>(
  { byPlan, changes }: Leases<Offer>,
  { offer, now }: Asked<Offer>,
  { holdMs }: LeaseConfig,
  { placeOf }: LeaseMatter<Offer>,
): Decline | undefined {
  const place = placeOf(offer)
  if (place === undefined) return undefined
  const own = planKey(offer.planId)
  for (const [key, lease] of byPlan) {
    if (key !== own && placeOf(lease.offer)?.key === place.key)
      return decline('BUSY', `${place.words} is in another lease there`)
  }
  const wait = (changes.get(place.key) ?? -Infinity) + holdMs - now
  return wait > 0 && wait <= holdMs
    ? decline('BUSY', `${place.words} changed there lately; try again in ${Math.ceil(wait / 1000)} s`)
    : undefined
}

function agreed<Offer extends LeaseOffer>(
  leases: Leases<Offer>,
  { purpose, offer, now }: Timed<Extract<LeaseEvent<Offer>, { readonly type: 'agreed' }>>,
  config: LeaseConfig,
  { placeOf, runsSince }: LeaseMatter<Offer>,
): Step<Offer> {
  const { confirmMs, remembered } = config
  const key = planKey(offer.planId)
  const known = leases.byPlan.get(key)
  if (known === undefined) return [leases, []]
  if (purpose === 'release') return end(leases, key, decline('STALE', 'it was released'), config)
  const byPlan = new Map(leases.byPlan)
  if (purpose === 'prepare' && known.state === 'prepared') {
    const place = placeOf(offer)
    // What was prepared is about one place: nothing else was agreed on.
    if (place?.key !== placeOf(known.offer)?.key) return [leases, []]
    const leaseEnd = now + offer.leaseMs
    byPlan.set(key, { ...known, offer, state: 'applied', until: Math.min(now + confirmMs, leaseEnd), leaseEnd })
    const changes = place === undefined ? leases.changes : remember(leases.changes, place.key, now, remembered)
    return [{ ...leases, byPlan, changes }, [{ type: 'apply', offer }]]
  }
  if (purpose !== 'confirm' || known.leaseEnd === undefined) return [leases, []]
  const leaseEnd = runsSince === 'confirm' ? now + offer.leaseMs : known.leaseEnd
  byPlan.set(key, { ...known, state: 'confirmed', until: leaseEnd, leaseEnd })
  return [{ ...leases, byPlan }, []]
}

/** Why a lease ended when nothing came in time. */
const tooLate: { readonly [State in Lease<never>['state']]: string } = {
  prepared: 'it was not accepted in time',
  applied: 'it was not confirmed in time',
  confirmed: 'its time is over',
}

function tick<Offer extends LeaseOffer>(leases: Leases<Offer>, now: number, config: LeaseConfig): Step<Offer> {
  let state = leases
  const effects: LeaseEffect<Offer>[] = []
  for (const [key, lease] of leases.byPlan) {
    if (now < lease.until) continue
    const [next, undone] = end(state, key, decline('STALE', tooLate[lease.state]), config)
    state = next
    effects.push(...undone)
  }
  return [state, effects]
}

/** The lease is over; what was set is undone. */
function end<Offer extends LeaseOffer>(
  leases: Leases<Offer>,
  key: string,
  why: Decline,
  { remembered }: LeaseConfig,
): Step<Offer> {
  const lease = leases.byPlan.get(key)
  if (lease === undefined) return [leases, []]
  const over = remember(leases.over, key, why, remembered)
  const undone = { type: 'revert', offer: lease.offer } as const
  return [{ ...without(leases, key), over }, lease.state === 'prepared' ? [] : [undone]]
}

function without<Offer extends LeaseOffer>(leases: Leases<Offer>, key: string): Leases<Offer> {
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
export const nextLeaseEnd = ({ byPlan }: Pick<Leases<LeaseOffer>, 'byPlan'>): number | undefined =>
  byPlan.size === 0 ? undefined : [...byPlan.values()].reduce((least, { until }) => Math.min(least, until), Infinity)
