/**
 * Agreements of Congestion.MED as leases. Nothing that was set outlives its lease, its confirmation or the agents:
 *
 *   dry run agreed ──▶ prepared (reserved) ──accept──▶ applied ──confirm──▶ confirmed ──lease ends──▶ gone
 *                        │ prepareMs                     │ confirmMs           │
 *                        ▼ release                       ▼ revert              ▼ revert
 *
 * A prefix is in one of these at most: its MED goes back to what it was before, which must not be what another lease set.
 * Both sides run it. The negotiation that carries `prepare` is live and has the plan-id of a dry run that was agreed before.
 * @module
 */
import type { Run } from './objective-type.ts'
import { type MedOffer } from './congestion-med.ts'
import { type Header, isNewer } from './header.ts'
import type { DeclineCode } from './med-bargain.ts'

export interface LeaseConfig {
  /** This node, as in headers. */
  readonly node: string
  /** Between the dry run and `prepare`, and between `prepare` and the end of that negotiation, milliseconds. */
  readonly prepareMs: number
  /** Between `applied` and `confirm`. */
  readonly confirmMs: number
  /** Before the same prefix may change again. */
  readonly holdMs: number
  /** Leases at once; one more is declined with BUSY. */
  readonly leases: number
  /** Prefixes whose last change is remembered, and nodes whose last header is; the oldest is forgotten. */
  readonly remembered: number
}

export const defaultLeaseConfig: Omit<LeaseConfig, 'node'> = {
  prepareMs: 5000,
  confirmMs: 15_000,
  holdMs: 120_000,
  leases: 256,
  remembered: 4096,
}

interface Lease {
  readonly offer: MedOffer
  /** The other side. */
  readonly with: string
  readonly state: (typeof states)[number]
  /** Milliseconds since 1970. */
  readonly until: number
}

export interface Leases {
  readonly byPlan: ReadonlyMap<string, Lease>
  /** When each prefix changed last. */
  readonly changes: ReadonlyMap<string, number>
  /** The newest header of each node. */
  readonly headers: ReadonlyMap<string, Header>
}

export const noLeases: Leases = { byPlan: new Map(), changes: new Map(), headers: new Map() }

export type LeaseEvent =
  /** The peer's first offer of a negotiation. */
  | { readonly type: 'asked'; readonly run: Run; readonly offer: MedOffer; readonly opening?: MedOffer }
  /** A negotiation ended with an accept on `offer`. */
  | { readonly type: 'agreed'; readonly run: Run; readonly offer: MedOffer; readonly with: string }
  /** It ended without. */
  | { readonly type: 'failed'; readonly planId: Uint8Array }
  /** The peer is content with what it observes. */
  | { readonly type: 'confirmed'; readonly planId: Uint8Array }
  /** Either side, or the operator, wants it undone now. */
  | { readonly type: 'cancelled'; readonly planId: Uint8Array }
  | { readonly type: 'tick' }

export type LeaseEffect =
  | { readonly type: 'go-on' }
  | { readonly type: 'decline'; readonly code: DeclineCode; readonly problem: string }
  /** Our own opening to the same peer about the same prefixes is withdrawn. */
  | { readonly type: 'yield'; readonly planId: Uint8Array }
  | { readonly type: 'reserve' | 'release' | 'apply' | 'revert'; readonly offer: MedOffer }

type Step = readonly [Leases, readonly LeaseEffect[]]

const planKey = (planId: Uint8Array): string => planId.join('.')

/** The leases after `event`, and what follows. Total. */
export function stepLeases(leases: Leases, event: LeaseEvent & { readonly now: number }, config: LeaseConfig): Step {
  if (event.type === 'tick') return tick(leases, event.now)
  if (event.type === 'asked') return asked(leases, event, config)
  if (event.type === 'agreed') return agreed(leases, event, config)
  if (event.type === 'confirmed') return confirmed(leases, event)
  const isBefore = event.type === 'failed'
  return end(leases, planKey(event.planId), isBefore ? ['quoted', 'prepared'] : states)
}

const states = ['quoted', 'prepared', 'applied', 'confirmed'] as const

type Asked = Extract<LeaseEvent, { readonly type: 'asked' }> & { readonly now: number }

function asked(leases: Leases, event: Asked, config: LeaseConfig): Step {
  const refused = refusalOf(leases, event, config)
  if (refused !== undefined) return [leases, [{ type: 'decline', ...refused }]]
  const { run, offer, opening, now } = event
  const headers = remember(leases.headers, offer.header.node, offer.header, config.remembered)
  const yielded: readonly LeaseEffect[] = opening === undefined ? [] : [{ type: 'yield', planId: opening.planId }]
  const known = leases.byPlan.get(planKey(offer.planId))
  if (run === 'dry' || known?.state !== 'quoted') return [{ ...leases, headers }, [...yielded, { type: 'go-on' }]]
  const byPlan = new Map(leases.byPlan)
  byPlan.set(planKey(offer.planId), { ...known, state: 'prepared', until: now + config.prepareMs })
  return [{ ...leases, headers, byPlan }, [...yielded, { type: 'reserve', offer: known.offer }, { type: 'go-on' }]]
}

/** Why the peer's first offer is declined before anybody thinks about it. */
function refusalOf(leases: Leases, { run, offer, opening, now }: Asked, config: LeaseConfig): Refusal | undefined {
  const { header, prefixes, planId } = offer
  const last = leases.headers.get(header.node)
  if (last !== undefined && !isNewer(header, last)) return refusal('STALE', 'a newer value of that node is known')
  const known = leases.byPlan.get(planKey(planId))
  const mismatch = known === undefined ? undefined : planProblem(known, run, offer)
  if (mismatch !== undefined) return refusal('UNTRUSTED', mismatch)
  if (known === undefined && run === 'live') return refusal('POLICY', 'a live negotiation needs the plan of a dry run')
  const busy = prefixes.find((prefix) => now < (leases.changes.get(prefix) ?? -Infinity) + config.holdMs)
  if (busy !== undefined && known?.state !== 'applied') return refusal('BUSY', `${busy} changed lately`)
  const held = heldPrefix(leases, offer)
  if (held !== undefined) return refusal('BUSY', `${held} is in another lease`)
  if (known === undefined && leases.byPlan.size >= config.leases) return refusal('BUSY', 'too many plans are open')
  return opening === undefined || yields(opening, offer) ? undefined : refusal('BUSY', 'ours came first')
}

/** The first prefix of the offer that is in a lease of another plan: what was only quoted holds nothing. */
function heldPrefix({ byPlan }: Leases, { prefixes, planId }: MedOffer): string | undefined {
  const own = planKey(planId)
  const held = new Set<string>()
  for (const [key, { state, offer }] of byPlan) {
    if (key !== own && state !== 'quoted') for (const prefix of offer.prefixes) held.add(prefix)
  }
  return prefixes.find((prefix) => held.has(prefix))
}

interface Refusal {
  readonly code: DeclineCode
  readonly problem: string
}

const refusal = (code: DeclineCode, problem: string): Refusal => ({ code, problem })

function planProblem(known: Lease, run: Run, offer: MedOffer): string | undefined {
  if (known.with !== offer.header.node) return 'the plan is of another node'
  return run === 'live' && !isQuoted(known, offer) ? 'the plan says something else' : undefined
}

/** What was agreed in the dry run is what is now to be done; also the confirmation names it. */
const isQuoted = ({ offer: quoted }: Lease, offer: MedOffer): boolean =>
  quoted.medProposed === offer.medProposed &&
  quoted.leaseMs === offer.leaseMs &&
  quoted.prefixes.join() === offer.prefixes.join()

/** Of two openings that cross, the one of the lower (node, plan) gives way; both sides come to the same. */
const yields = (own: MedOffer, theirs: MedOffer): boolean => {
  if (own.header.node !== theirs.header.node) return own.header.node < theirs.header.node
  return planKey(own.planId) < planKey(theirs.planId)
}

function agreed(
  leases: Leases,
  { run, offer, with: peer, now }: Extract<LeaseEvent, { readonly type: 'agreed' }> & { readonly now: number },
  config: LeaseConfig,
): Step {
  const key = planKey(offer.planId)
  const known = leases.byPlan.get(key)
  const byPlan = new Map(leases.byPlan)
  if (run === 'dry') {
    if (known !== undefined || byPlan.size >= config.leases) return [leases, []]
    byPlan.set(key, { offer, with: peer, state: 'quoted', until: now + config.prepareMs })
    return [{ ...leases, byPlan }, []]
  }
  if (known?.state === 'applied') return confirmed(leases, { planId: offer.planId, now })
  const isReady = known?.state === 'prepared' || known?.state === 'quoted'
  if (!isReady || !isQuoted(known, offer) || heldPrefix(leases, offer) !== undefined) return [leases, []]
  byPlan.set(key, { ...known, state: 'applied', until: now + Math.min(config.confirmMs, offer.leaseMs) })
  let { changes } = leases
  for (const prefix of offer.prefixes) changes = remember(changes, prefix, now, config.remembered)
  return [{ ...leases, byPlan, changes }, [{ type: 'apply', offer: known.offer }]]
}

function confirmed(leases: Leases, { planId, now }: { readonly planId: Uint8Array; readonly now: number }): Step {
  const known = leases.byPlan.get(planKey(planId))
  if (known?.state !== 'applied') return [leases, []]
  const byPlan = new Map(leases.byPlan)
  byPlan.set(planKey(planId), { ...known, state: 'confirmed', until: now + known.offer.leaseMs })
  return [{ ...leases, byPlan }, []]
}

function tick(leases: Leases, now: number): Step {
  let state = leases
  const effects: LeaseEffect[] = []
  for (const [key, lease] of leases.byPlan) {
    if (now < lease.until) continue
    const [next, undone] = end(state, key, [lease.state])
    state = next
    effects.push(...undone)
  }
  return [state, effects]
}

/** Ends a lease that is in one of the `states`: what was set is undone, what was reserved is given back. */
function end(leases: Leases, key: string, states: readonly Lease['state'][]): Step {
  const lease = leases.byPlan.get(key)
  if (lease === undefined || !states.includes(lease.state)) return [leases, []]
  const byPlan = new Map(leases.byPlan)
  byPlan.delete(key)
  const { offer, state } = lease
  const undo: readonly LeaseEffect[] =
    state === 'quoted' ? [] : [{ type: state === 'prepared' ? 'release' : 'revert', offer }]
  return [{ ...leases, byPlan }, undo]
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
