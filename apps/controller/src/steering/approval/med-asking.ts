/** One negotiation of Congestion.MED as its initiator: until both agree, the agent declines, or its time is over. @module */
import type { ServiceAgent } from '@vagus/asa'
import type { Told } from '@vagus/api/steering'
import { classMeds } from '@vagus/bgp/actuation'
import { answerMed, congestionMed, type MedBid, type MedBounds, type MedOffer } from '@vagus/grasp/objectives'
import { Asking } from '../../negotiation/asking.ts'
import { readable } from '../../negotiation/readable.ts'
import { type AskKind, AskProblem, type MedAnswer, type MedPlace } from './med-asker.ts'

/** As far as a responder may go in a counter-offer: the more, the less the link draws. */
const highestMed = Math.max(...classMeds)

interface Question {
  readonly what: AskKind
  readonly place: MedPlace
  readonly med: number | null
  /** Milliseconds for all of it, but not for how long a prepared one is held. */
  readonly within: number
  readonly offer: (med: number | null) => MedOffer
}

export class MedAsking {
  readonly #question: Question
  readonly #asking: Asking<MedOffer>
  readonly #first: MedOffer

  constructor(asa: ServiceAgent, question: Question) {
    const { what, place, med, within, offer } = question
    this.#question = question
    this.#first = offer(med)
    this.#asking = new Asking(asa, {
      objective: congestionMed,
      agent: place.agent,
      run: what === 'look' || what === 'dryRun' ? 'dry' : 'live',
      first: this.#first,
      within,
      problem: (reason) => new AskProblem(what, place, med, reason),
    })
  }

  /** Accepts the first answer, which must be about the same MED, and of the `epoch` if one is given (§5.2 of the draft). */
  async agreed(epoch?: number): Promise<Pick<MedAnswer, 'told'>> {
    const asking = this.#asking
    const { told = [] } = await asking.timed(async () => {
      const { value } = await asking.next()
      // It takes the plan for a new one, as it has forgotten all.
      const isAnew = epoch !== undefined && value.header.epoch !== epoch
      if (isAnew) throw asking.givenUp({ code: 'STALE', problem: 'its agent was started again' })
      const problem = this.#otherMatter(value)
      if (problem === undefined && value.med === this.#question.med) return value
      throw asking.givenUp({ code: 'UNCLEAR', problem: problem ?? `it answers with MED ${value.med}` })
    })
    asking.accept()
    return { told: readableTold(told) }
  }

  /** Bargains up to an offer of theirs that we can accept, and holds it. */
  async bargained(wanted: number): Promise<MedAnswer> {
    const asking = this.#asking
    const position = { wanted, limit: highestMed }
    return asking.timed(async () => {
      const before: MedBid[] = [{ ...this.#first, med: wanted }]
      for (;;) {
        const { value, loopCount } = await asking.next()
        const problem = this.#otherMatter(value)
        if (problem !== undefined) throw asking.givenUp({ code: 'UNCLEAR', problem })
        if (!isBid(value)) throw asking.givenUp({ code: 'UNCLEAR', problem: 'it answers without a MED' })
        // For the bargain alone it would be a concession, but it would not drive the traffic away.
        const isTooLow = value.med < wanted
        const answer = answerMed(value, before, loopCount, position, this.#bounds())
        if (isTooLow)
          throw asking.givenUp({ code: 'RESOURCE', problem: `no more than MED ${value.med} is possible there` })
        if (answer.type === 'accept')
          return { med: value.med, told: readableTold(value.told ?? []), epoch: value.header.epoch }
        if (answer.type === 'decline') throw asking.givenUp(answer)
        const ours = { ...this.#question.offer(answer.med), med: answer.med }
        before.push(value, ours)
        asking.offer(ours)
      }
    })
  }

  accept(): void {
    this.#asking.accept()
  }

  decline(why: string): void {
    this.#asking.decline(why)
  }

  #bounds(): MedBounds {
    const { prefix, leaseMs } = this.#question.place
    return { meds: classMeds, leaseMs, leastConfidence: 0, allows: (other) => other === prefix }
  }

  #otherMatter(offer: MedOffer): string | undefined {
    const { place } = this.#question
    const isSame =
      offer.prefix === place.prefix &&
      offer.ingress === place.interface &&
      Buffer.from(offer.planId).toString('hex') === place.plan
    return isSame ? undefined : 'it answers about something else'
  }
}

const isBid = (offer: MedOffer): offer is MedBid => offer.med !== null

const readableTold = (told: readonly Told[]): readonly Told[] =>
  told.map((one) => ({ ...one, neighbour: readable(one.neighbour) }))
