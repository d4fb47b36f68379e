/**
 * One negotiation of Line.Part as its responder: the first offer is answered with the same part, or declined, and the other
 * side accepts. What it is about (a look, a new lease, one that stays or goes) the leases say.
 * @module
 */
import type { Tracer } from '@vagus/observability'
import {
  type Decline,
  decline,
  declineText,
  type LeasePurpose,
  type LineMeasured,
  type LineOffer,
} from '@vagus/grasp/objectives'
import type { IntentDesk } from '../intents/intent-desk.ts'
import { textOf } from '../rounds.ts'
import { patiently, type Responder } from '../leases/responder.ts'
import type { Clock } from '../clock.ts'
import { TracedTalk } from '../traced-talk.ts'
import { type CheckParts, narrowed, roomFor, roomProblem, steeringProblem, steerProblem } from './line-checks.ts'
import { boundsProblem, type LinesAllowed } from './line-bounds.ts'
import { type LineKeeper, wordsOf } from './line-keeper.ts'

export interface LineTalkParts {
  readonly allowed: LinesAllowed
  /** Of the operator of the domain; undefined: this device obeys none. */
  readonly intents?: Pick<IntentDesk, 'lineRefusal' | 'lineShare'> | undefined
  readonly keeper: LineKeeper
  readonly checks: CheckParts
  readonly clock: Clock
  /** How a part in force does. @throws {UnavailableError} */
  readonly measured: (offer: LineOffer) => Promise<LineMeasured>
  /** The header of our next offer. */
  readonly header: () => LineOffer['header']
  /** Proven identity of the other side. */
  readonly from: string
  readonly report: (line: string) => void
  readonly tracer?: Tracer | undefined
}

type Answer = { readonly type: 'offer'; readonly measured?: LineMeasured } | Decline

export class LineTalk {
  readonly #negotiation: Responder<LineOffer>
  readonly #parts: LineTalkParts
  #purpose: LeasePurpose | undefined

  constructor(negotiation: Responder<LineOffer>, parts: LineTalkParts) {
    this.#negotiation = negotiation
    this.#parts = parts
  }

  /**
   * Until it is over. Never rejects.
   * @param before what must be over before the first offer is looked at
   */
  async run(before: (first: LineOffer) => Promise<void>): Promise<void> {
    const traced = new TracedTalk(this.#parts.tracer, 'negotiate Line.Part')
    let first: LineOffer | undefined
    try {
      for await (const { value, loopCount } of this.#negotiation) {
        if (first !== undefined) {
          this.#negotiation.decline(declineText(decline('UNTRUSTED', 'there is nothing to bargain about')))
          continue
        }
        first = value
        await before(value)
        const answer = traced.within(value, () => this.#answerTo(value, loopCount))
        this.#say(await patiently(answer, this.#negotiation, this.#parts.clock), value)
      }
    } catch (error) {
      this.#negotiation.decline(declineText(decline('RESOURCE', textOf(error)))) // nothing happens where it is over
    }
    const outcome = await this.#negotiation.outcome.catch(() => undefined)
    if (first === undefined) return
    const offer = first
    traced.within(offer, () => this.#conclude(offer, outcome?.outcome === 'accepted' ? 'accepted' : 'not'))
    traced.end(outcome?.outcome)
  }

  #conclude(offer: LineOffer, end: 'accepted' | 'not'): void {
    const purpose = this.#purpose
    if (purpose === undefined || purpose === 'dry-run') return
    const { keeper, report } = this.#parts
    // A freeze may have begun between the question and the accept.
    const barred = end === 'accepted' && purpose === 'prepare' ? this.#intentProblem(offer) : undefined
    if (barred !== undefined) report(`${wordsOf(offer)}: not made, ${barred.problem}`)
    if (end === 'accepted' && barred === undefined) keeper.leases.agreed(purpose, offer)
    else if (purpose === 'prepare') keeper.leases.failed(offer.planId)
  }

  #say(answer: Answer, to: LineOffer): void {
    if (answer.type === 'decline') {
      this.#parts.report(`${wordsOf(to)}: declined, ${declineText(answer)}`)
      return this.#negotiation.decline(declineText(answer))
    }
    const { measured } = answer
    this.#negotiation.offer({ ...to, header: this.#parts.header(), ...(measured === undefined ? {} : { measured }) })
  }

  async #answerTo(offer: LineOffer, loopCount: number): Promise<Answer> {
    const { allowed, keeper, from } = this.#parts
    const problem = boundsProblem(offer, allowed)
    if (problem !== undefined) return problem
    if (loopCount <= 1) return decline('LOOP', 'the loop count leaves no room for an answer')
    // What the kernel says is asked for first: nothing may come between what is checked and what is reserved.
    const isNew = offer.part !== null && keeper.leases.of(offer.planId) === undefined
    const refused = isNew ? await this.#refusal(offer) : undefined
    const going = typeof refused === 'object' ? refused : keeper.leases.asked(this.#negotiation.run, offer, from)
    if (going.type === 'decline') return going
    this.#purpose = going.purpose
    if (going.purpose === 'confirm') return this.#confirmed(offer)
    if (going.purpose === 'release') return { type: 'offer' }
    if (going.purpose === 'prepare') {
      keeper.leases.whenOver(offer.planId, (why) => this.#negotiation.decline(declineText(why)))
      return { type: 'offer' }
    }
    return offer.part === null ? this.#look(offer) : { type: 'offer' }
  }

  #intentProblem(offer: LineOffer): Decline | undefined {
    const { part } = offer
    if (part === null) return undefined
    const over = part.type === 'hold' ? part.transmits.map((one) => one.interface) : []
    const site = part.type === 'hold' ? (part.end === undefined ? [] : [part.end.interface]) : [part.interface]
    const refusal = this.#parts.intents?.lineRefusal([...over, ...site], wordsOf(offer))
    return refusal && decline('POLICY', refusal.problem)
  }

  /** Of what is in force, of `held` also what is prepared. The last check is after everything that takes time. */
  async #refusal(offer: LineOffer): Promise<Decline | undefined> {
    const { keeper, checks, intents } = this.#parts
    const { part, number } = offer
    const barred = this.#intentProblem(offer)
    if (barred !== undefined) return barred
    if (part?.type === 'steer')
      return (await steeringProblem(part, number)) ?? steerProblem(number, part, this.#othersOf(offer, keeper.inForce))
    if (part?.type !== 'hold') return undefined
    const room = await roomFor(part, checks)
    const held = this.#othersOf(
      offer,
      keeper.leases.all.map((lease) => lease.offer),
    )
    if ('type' in room) return room
    const narrow = narrowed(room, checks.share, (name) => intents?.lineShare(name))
    const full = roomProblem(offer, part, held, narrow.room)
    return full && decline(full.code, `${full.problem}${narrow.words}`)
  }

  readonly #othersOf = ({ planId }: LineOffer, offers: readonly LineOffer[]): readonly LineOffer[] =>
    offers.filter((one) => one.planId.join() !== planId.join())

  async #look(offer: LineOffer): Promise<Answer> {
    const { keeper, from, measured } = this.#parts
    const lease = keeper.leases.of(offer.planId)
    if (lease === undefined || lease.state === 'prepared')
      return keeper.overOf(offer.planId) ?? decline('STALE', 'there is no lease of that plan')
    if (lease.with !== from) return decline('UNTRUSTED', 'the plan is of another node')
    return { type: 'offer', measured: await measured(lease.offer) }
  }

  async #confirmed(offer: LineOffer): Promise<Answer> {
    const { keeper, measured } = this.#parts
    const made = await keeper.made(offer.planId)
    if (made !== undefined) return decline('RESOURCE', made.problem)
    return keeper.overOf(offer.planId) ?? { type: 'offer', measured: await measured(offer) }
  }
}
