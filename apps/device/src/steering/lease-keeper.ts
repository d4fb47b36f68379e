/**
 * The leases of Congestion.MED joined to the router: what was agreed on is set as a traffic class, and taken back when its
 * lease ends for whatever reason.
 * @module
 */
import { steeringOwner } from '@vagus/api/steering'
import type { EndReason, Refusal } from '@vagus/bgp/actuation'
import {
  type LeaseConfig,
  type LeaseEffect,
  type MedBid,
  medMatter,
  type MedOffer,
  noLeases,
  planKey,
} from '@vagus/grasp/objectives'
import type { ActuationService, Receipt } from '../actuation.ts'
import type { Clock } from '../clock.ts'
import { HeldLeases } from '../leases/held-leases.ts'
import { textOf } from '../rounds.ts'
import { classOf } from './bounds.ts'

/** What is needed of the service that asks the router. */
export type Actuations = Pick<
  ActuationService,
  'active' | 'apply' | 'ended' | 'onEnded' | 'placeAt' | 'plan' | 'toldAt' | 'undo'
>

export interface KeeperParts {
  readonly actuations: Actuations
  readonly clock: Clock
  readonly config: LeaseConfig
  /** Called when a lease begins, before the router is asked. */
  readonly begun?: () => void
  readonly report: (line: string) => void
}

/** A lease and what the router made of it; before the accept nothing. */
export type Made = Receipt | Pick<Refusal, 'problem'>

export const isRefused = (made: Made): made is Pick<Refusal, 'problem'> => 'problem' in made

const ends: { readonly [Why in EndReason]: string } = {
  undone: 'the class was undone here',
  expired: 'its time is over',
  replaced: 'another class replaced it',
  'original-gone': 'the router lost its own route',
  'session-lost': 'the session with the router ended',
}

export class LeaseKeeper {
  readonly #parts: KeeperParts
  readonly #leases: HeldLeases<MedOffer>
  /** By plan, of those that were accepted and are not over. */
  readonly #made = new Map<string, Promise<Made>>()
  /** Plan of a class by its id. */
  readonly #plans = new Map<string, Uint8Array>()

  constructor(parts: KeeperParts) {
    this.#parts = parts
    const { clock, config, report } = parts
    const follow = this.#follow
    this.#leases = new HeldLeases(noLeases, { clock, config, matter: medMatter, wordsOf, report, follow })
    parts.actuations.onEnded(({ id }, why) => {
      const planId = this.#plans.get(id)
      this.#plans.delete(id)
      if (planId === undefined) return
      // A class that its lease ended has none any more, so that nothing follows: else it was a person.
      if (why === 'undone') this.#leases.step({ type: 'cancelled', planId })
      else this.#lose(planId, ends[why])
    })
  }

  /** What is asked for and agreed on is told to these. */
  get leases(): HeldLeases<MedOffer> {
    return this.#leases
  }

  /** What the router made of a plan that was accepted; undefined where none was, or it is over. */
  made(planId: Uint8Array): Promise<Made> | undefined {
    return this.#made.get(planKey(planId))
  }

  /** Nothing ends by itself from now on: whoever stops the agent takes everything back. */
  stop(): void {
    this.#leases.stop()
    this.#plans.clear()
  }

  readonly #follow = (effects: readonly LeaseEffect<MedOffer>[]): void => {
    for (const effect of effects) {
      // Only bids are agreed on as leases.
      if (effect.type === 'apply') this.#apply(effect.offer as MedBid)
      if (effect.type === 'revert') void this.#revert(effect.offer)
    }
  }

  #apply(offer: MedBid): void {
    const { actuations, begun, report } = this.#parts
    const { planId, prefix, ingress, med, leaseMs } = offer
    begun?.()
    report(`${wordsOf(offer)}: agreed, and asked of the router`)
    const made = this.#asked({
      owner: steeringOwner,
      prefix,
      interface: ingress,
      class: classOf(med),
      lifetime: leaseMs,
    })
    this.#made.set(planKey(planId), made)
    void made.then((receipt) => {
      if (isRefused(receipt)) return this.#lose(planId, receipt.problem)
      const { id } = receipt.actuation
      this.#plans.set(id, planId)
      if (actuations.active().some((one) => one.id === id)) return
      this.#plans.delete(id) // it ended before we knew of it
      this.#lose(planId, ends[actuations.ended().findLast(({ actuation }) => actuation.id === id)?.why ?? 'undone'])
    })
  }

  /** Never rejects: an interface that is gone, or a router that does not answer, is a refusal, too. */
  async #asked(asked: Parameters<Actuations['apply']>[0]): Promise<Made> {
    try {
      return await this.#parts.actuations.apply(asked)
    } catch (error) {
      return { problem: textOf(error) }
    }
  }

  #lose(planId: Uint8Array, because: string): void {
    this.#made.delete(planKey(planId))
    this.#leases.step({ type: 'lost', planId, because })
  }

  /** What is still being asked of the router is taken back afterwards. */
  async #revert({ planId }: MedOffer): Promise<void> {
    const made = this.#made.get(planKey(planId))
    this.#made.delete(planKey(planId))
    const receipt = await made
    if (receipt === undefined || isRefused(receipt)) return
    try {
      await this.#parts.actuations.undo(receipt.actuation.id, steeringOwner)
    } catch (error) {
      this.#parts.report(`${receipt.actuation.id} is not taken back: ${textOf(error)}`)
    }
  }
}

/** `MED 200 for 10.16.0.0/16 on eth1`, for people. */
export const wordsOf = ({ med, prefix, ingress }: Pick<MedOffer, 'med' | 'prefix' | 'ingress'>): string =>
  `${med === null ? 'no MED' : `MED ${med}`} for ${prefix} on ${ingress}`
