/**
 * The leases of one objective with a clock: the next end is waited for, whoever prepares a plan hears when it is over, and
 * its owner follows each step. What a lease makes of the router or the kernel is its owner's matter.
 * @module
 */
import type { Run } from '@vagus/grasp'
import {
  type Decline,
  type Lease,
  type LeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseMatter,
  type LeaseOffer,
  type LeasePurpose,
  type Leases,
  nextLeaseEnd,
  planKey,
  stepLeases,
} from '@vagus/grasp/objectives'
import type { Clock } from '../clock.ts'

/** Milliseconds: the longest that setTimeout takes; with more it would call at once. */
const longestWait = 2 ** 31 - 1

export interface HeldParts<Offer extends LeaseOffer> {
  readonly clock: Clock
  readonly config: LeaseConfig
  readonly matter: LeaseMatter<Offer>
  /** An offer for people. */
  readonly wordsOf: (offer: Offer) => string
  readonly report: (line: string) => void
  /** Called after each step, with the leases as they were before it. */
  readonly follow: (effects: readonly LeaseEffect<Offer>[], before: Leases<Offer>) => void
  /** Called when a lease that was applied is over, for whatever reason. */
  readonly ended?: (lease: Lease<Offer>, why: Decline) => void
}

export class HeldLeases<Offer extends LeaseOffer> {
  readonly #parts: HeldParts<Offer>
  #leases: Leases<Offer>
  /** Called when a plan that is being prepared is over. */
  readonly #preparing = new Map<string, (why: Decline) => void>()
  #stopTimer: () => void = () => undefined
  #isStopped = false

  constructor(leases: Leases<Offer>, parts: HeldParts<Offer>) {
    this.#leases = leases
    this.#parts = parts
  }

  get state(): Leases<Offer> {
    return this.#leases
  }

  get all(): readonly Lease<Offer>[] {
    return [...this.#leases.byPlan.values()]
  }

  of(planId: Uint8Array): Lease<Offer> | undefined {
    return this.#leases.byPlan.get(planKey(planId))
  }

  /** What the negotiation is about, or why it goes no further. */
  asked(run: Run, offer: Offer, from: string): { readonly type: 'go-on'; readonly purpose: LeasePurpose } | Decline {
    const effect = this.step({ type: 'asked', run, offer, from }).at(-1)
    if (effect?.type === 'go-on' || effect?.type === 'decline') return effect
    throw new TypeError('an offer was neither declined nor listened to')
  }

  /** Calls `over` if the plan that was just prepared ends before it is agreed on, or the negotiation fails. */
  whenOver(planId: Uint8Array, over: (why: Decline) => void): void {
    this.#preparing.set(planKey(planId), over)
  }

  /** @param offer as agreed on */
  agreed(purpose: LeasePurpose, offer: Offer): void {
    this.#preparing.delete(planKey(offer.planId))
    const isFirst = purpose === 'confirm' && this.of(offer.planId)?.state === 'applied'
    this.step({ type: 'agreed', purpose, offer })
    const { wordsOf, report } = this.#parts
    if (isFirst) report(`${wordsOf(offer)}: confirmed for ${Math.round(offer.leaseMs / 1000)} s`)
  }

  failed(planId: Uint8Array): void {
    this.#preparing.delete(planKey(planId))
    this.step({ type: 'failed', planId })
  }

  step(event: LeaseEvent<Offer>): readonly LeaseEffect<Offer>[] {
    const { clock, config, matter, follow } = this.#parts
    const before = this.#leases
    const [next, effects] = stepLeases(before, { ...event, now: clock.now() }, config, matter)
    this.#leases = next
    follow(effects, before)
    for (const [key, lease] of before.byPlan) if (!next.byPlan.has(key)) this.#tellEnd(key, lease)
    this.#setTimer()
    return effects
  }

  /** Nothing ends by itself from now on. */
  stop(): void {
    this.#isStopped = true
    this.#stopTimer()
  }

  #tellEnd(key: string, lease: Lease<Offer>): void {
    const why = this.#leases.over.get(key)
    if (why === undefined) return
    if (lease.state === 'prepared') return this.#preparing.get(key)?.(why)
    const { wordsOf, report, ended } = this.#parts
    report(`${wordsOf(lease.offer)}: over, ${why.problem}`)
    ended?.(lease, why)
  }

  #setTimer(): void {
    const { clock } = this.#parts
    this.#stopTimer()
    const next = nextLeaseEnd(this.#leases)
    if (next === undefined || this.#isStopped) return
    const wait = Math.min(Math.max(0, next - clock.now()), longestWait)
    this.#stopTimer = clock.after(wait, () => void this.step({ type: 'tick' }))
  }
}
