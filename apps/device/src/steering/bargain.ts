/**
 * One negotiation of Congestion.MED as its responder: the first offer is answered with an offer of ours, or declined, and
 * the other side accepts. What it is about (a look, a new lease, one that stays or goes) the leases say.
 * @module
 */
import { steeringOwner } from '@vagus/api/steering'
import { classMeds, type Refusal } from '@vagus/bgp/actuation'
import type { Tracer } from '@vagus/observability'
import {
  answerMed,
  boundsProblem,
  decline,
  type DeclineCode,
  declineText,
  type MedBid,
  type MedBounds,
  type Decline,
  type MedOffer,
  type LeasePurpose,
  type MedTold,
} from '@vagus/grasp/objectives'
import type { Clock } from '../clock.ts'
import type { IntentDesk } from '../intents/intent-desk.ts'
import { patiently, type Responder } from '../leases/responder.ts'
import type { Told } from '../told.ts'
import { textOf } from '../rounds.ts'
import { TracedTalk } from '../traced-talk.ts'
import { classOf } from './bounds.ts'
import { type Actuations, isRefused, type LeaseKeeper, wordsOf } from './lease-keeper.ts'
import { announcedProblem, appliedProblem, neededMed, toldInOffer } from './position.ts'

export interface BargainParts {
  readonly bounds: MedBounds
  /** Of the operator of the domain; undefined: this device obeys none. */
  readonly intents?: Pick<IntentDesk, 'medRefusal'>
  readonly actuations: Actuations
  readonly keeper: LeaseKeeper
  readonly clock: Clock
  /** The header of our next offer. */
  readonly header: () => MedOffer['header']
  /** Proven identity of the other side. */
  readonly from: string
  readonly report: (line: string) => void
  readonly tracer?: Tracer | undefined
}

/** Whoever asks does not know the AS of the neighbour (RFC 7607). */
const unknownAs = 0

type Answer =
  | { readonly type: 'offer'; readonly med: number | null; readonly told: readonly MedTold[] }
  | { readonly type: 'accept' }
  | Decline

/** What a refusal of the router's side means to the other agent. */
const codeOf: { readonly [Code in Refusal['code']]: DeclineCode } = {
  'no-session': 'RESOURCE',
  'no-route': 'RESOURCE',
  'local-pref': 'RESOURCE',
  originated: 'RESOURCE',
  policy: 'RESOURCE',
  owned: 'BUSY',
  'too-many': 'BUSY',
  'too-fast': 'BUSY',
  'unknown-class': 'POLICY',
  'too-long': 'POLICY',
}

export class Bargain {
  readonly #negotiation: Responder<MedOffer>
  readonly #parts: BargainParts
  /** Offers of both sides, the other side's first. */
  readonly #offers: MedOffer[] = []
  #purpose: LeasePurpose | undefined

  constructor(negotiation: Responder<MedOffer>, parts: BargainParts) {
    this.#negotiation = negotiation
    this.#parts = parts
  }

  /**
   * Until it is over. Never rejects.
   * @param before what must be over before the first offer is looked at
   */
  async run(before: (first: MedOffer) => Promise<void>): Promise<void> {
    const traced = new TracedTalk(this.#parts.tracer, 'negotiate Congestion.MED')
    let last: MedOffer | undefined
    try {
      for await (const { value, loopCount } of this.#negotiation) {
        if (last === undefined) await before(value)
        last = value
        const answer = traced.within(value, () => this.#answerTo(value, loopCount))
        this.#say(await patiently(answer, this.#negotiation, this.#parts.clock), value)
      }
    } catch (error) {
      this.#negotiation.decline(declineText(decline('RESOURCE', textOf(error)))) // nothing happens where it is over
    }
    const outcome = await this.#negotiation.outcome.catch(() => undefined)
    if (last === undefined) return
    const offer = last
    traced.within(offer, () => this.#conclude(offer, outcome?.outcome === 'accepted' ? outcome.value : undefined))
    traced.end(outcome?.outcome)
  }

  #conclude(last: MedOffer, agreed: MedOffer | undefined): void {
    const { keeper, report } = this.#parts
    const purpose = this.#purpose
    if (purpose === undefined) return
    if (purpose === 'dry-run') {
      if (agreed !== undefined && agreed.med !== null) report(`${wordsOf(agreed)}: possible, as was asked`)
      return
    }
    const barred = purpose === 'prepare' && agreed !== undefined ? this.#intentProblem(last, 'prepared') : undefined
    if (barred !== undefined) report(`${wordsOf(last)}: not set, ${barred.problem}`)
    if (agreed !== undefined && barred === undefined) keeper.leases.agreed(purpose, { ...last, med: agreed.med })
    else if (purpose === 'prepare') keeper.leases.failed(last.planId)
  }

  #say(answer: Answer, to: MedOffer): void {
    this.#offers.push(to)
    if (answer.type === 'accept') return this.#negotiation.accept()
    if (answer.type === 'decline') {
      this.#parts.report(`${wordsOf(to)}: declined, ${declineText(answer)}`)
      return this.#negotiation.decline(declineText(answer))
    }
    const offer: MedOffer = { ...to, header: this.#parts.header(), med: answer.med, told: answer.told }
    this.#offers.push(offer)
    this.#negotiation.offer(offer)
  }

  async #answerTo(offer: MedOffer, loopCount: number): Promise<Answer> {
    if (this.#offers.length > 0) return this.#answerToNext(offer, loopCount)
    const { bounds, keeper, from } = this.#parts
    const problem = boundsProblem(offer, bounds) ?? this.#newIntentProblem(offer)
    if (problem !== undefined) return problem
    if (loopCount <= 1) return decline('LOOP', 'the loop count leaves no room for an answer')
    const going = keeper.leases.asked(this.#negotiation.run, offer, from)
    if (going.type === 'decline') return going
    this.#purpose = going.purpose
    if (going.purpose === 'confirm') return this.#confirmed(offer as MedBid)
    if (going.purpose === 'release') return this.#told(offer)
    if (going.purpose === 'prepare')
      keeper.leases.whenOver(offer.planId, (why) => this.#negotiation.decline(declineText(why)))
    return offer.med === null ? this.#look(offer) : this.#plan(offer as MedBid)
  }

  /** What is in force already may be confirmed and released, whatever intents say. */
  #newIntentProblem(offer: MedOffer): Decline | undefined {
    const isLive = this.#negotiation.run === 'live'
    const isKnown = isLive && (offer.med === null || this.#parts.keeper.leases.of(offer.planId) !== undefined)
    return isKnown ? undefined : this.#intentProblem(offer, 'asked for')
  }

  /** A freeze may have begun between the question and the accept. @param state of the lease that it is about */
  #intentProblem({ prefix, ingress, leaseMs, med }: MedOffer, state: 'asked for' | 'prepared'): Decline | undefined {
    const { intents, keeper } = this.#parts
    const prepared = keeper.leases.all.filter((one) => one.state === 'prepared').length
    const refusal = intents?.medRefusal(
      { prefix, interface: ingress, leaseMs, purpose: med === null ? 'enter' : 'set' },
      state === 'prepared' ? prepared - 1 : prepared,
    )
    return refusal && decline('POLICY', refusal.problem)
  }

  /** Our first offer is the least that is enough, so nothing else is ever agreed to. */
  #answerToNext(offer: MedOffer, loopCount: number): Answer {
    const before = this.#offers.filter((one): one is MedBid => one.med !== null)
    const ours = before.at(-1)
    if (offer.med === null || ours === undefined)
      return decline('UNTRUSTED', 'there is nothing to bargain about; accept or decline')
    const answer = answerMed(
      { ...offer, med: offer.med },
      before,
      loopCount,
      { wanted: ours.med, limit: ours.med },
      this.#parts.bounds,
    )
    return answer.type === 'counter' ? decline('RESOURCE', `MED ${ours.med} is the least that is enough`) : answer
  }

  /** What would be set, and what neighbours are told before. */
  async #plan(offer: MedBid): Promise<Answer> {
    const { actuations } = this.#parts
    const problem = this.#placeProblem(offer) ?? this.#othersProblem(offer)
    if (problem !== undefined) return problem
    const { prefix, ingress, leaseMs } = offer
    const asked = { owner: steeringOwner, prefix, interface: ingress, class: classOf(offer.med), lifetime: leaseMs }
    const plan = await actuations.plan(asked)
    if ('code' in plan) return decline(codeOf[plan.code], plan.problem)
    if (plan.replaces !== null)
      return decline('BUSY', `${plan.replaces} is in force there, and of no lease; undo it first`)
    const needed = neededMed(offer.med, plan.before, classMeds)
    return needed.type === 'decline' ? needed : { type: 'offer', med: needed.med, told: toldInOffer(plan.before) }
  }

  /** What is told, where nothing is to be set: the traffic is to come there. */
  async #look(offer: MedOffer): Promise<Answer> {
    const { actuations } = this.#parts
    const problem = this.#placeProblem(offer)
    if (problem !== undefined) return problem
    const { ifIndex } = actuations.placeAt(offer.ingress)
    const here = actuations.active().find((one) => one.prefix === offer.prefix && one.ifIndex === ifIndex)
    if (here !== undefined && here.owner !== steeringOwner)
      return decline('BUSY', `${offer.prefix} is held by ${here.owner} with ${here.id}; it must undo that first`)
    const told = await actuations.toldAt(offer.ingress, offer.prefix)
    // A class in force hides the MED that the router's own configuration sets.
    const answer = {
      type: 'offer',
      med: null,
      told: toldInOffer(told, here === undefined ? 'shown' : 'hidden'),
    } as const
    return announcedProblem(told) ?? answer
  }

  #placeProblem({ ingress, peerAs }: MedOffer): Decline | undefined {
    const ases = this.#asesAt(ingress)
    if (peerAs === unknownAs || ases.includes(peerAs)) return undefined
    return decline('RESOURCE', `the neighbour at ${ingress} is AS ${ases.join(' and AS ')}, not AS ${peerAs}`)
  }

  /** A class is told to all neighbours at an interface, and would move the traffic of others, too. */
  #othersProblem({ ingress }: MedOffer): Decline | undefined {
    const ases = this.#asesAt(ingress)
    if (ases.length <= 1) return undefined
    const all = `AS ${ases.join(' and AS ')}, and all of them would be told of the MED`
    return decline('RESOURCE', `at ${ingress} are ${all}; it must be a link to one AS`)
  }

  #asesAt(ingress: string): readonly number[] {
    const { neighbour, otherAses = [] } = this.#parts.actuations.placeAt(ingress)
    return neighbour === undefined ? [] : [neighbour.as, ...otherAses]
  }

  async #confirmed(offer: MedBid): Promise<Answer> {
    const { keeper, actuations } = this.#parts
    const made = await keeper.made(offer.planId)
    if (made === undefined) return decline('STALE', 'the lease ended just now')
    if (isRefused(made)) return decline('RESOURCE', made.problem)
    const told = await actuations.toldAt(offer.ingress, offer.prefix)
    const problem = appliedProblem(made.before, told, offer.med)
    return problem ?? { type: 'offer', med: offer.med, told: toldInOffer(told) }
  }

  /** A lease can be released also where nothing is known of the neighbours any more. */
  async #told(offer: MedOffer): Promise<Answer> {
    const told = await this.#parts.actuations.toldAt(offer.ingress, offer.prefix).catch((): readonly Told[] => [])
    return { type: 'offer', med: null, told: toldInOffer(told) }
  }
}
