/** One negotiation of Congestion.MED as its initiator: until both agree, the agent declines, or its time is over. @module */
import { GraspError, type Negotiation, type Offer, type ServiceAgent } from '@vagus/asa'
import type { Told } from '@vagus/api/steering'
import { classMeds } from '@vagus/bgp/actuation'
import {
  answerMed,
  congestionMed,
  declineCodeOf,
  declineText,
  type MedBid,
  type MedBounds,
  type MedOffer,
} from '@vagus/grasp/objectives'
import { type AskKind, AskProblem, type MedAnswer, type MedPlace, type Reason } from './med-asker.ts'

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

export class Asking {
  readonly #question: Question
  readonly #negotiation: Negotiation<MedOffer>
  readonly #offers: AsyncIterator<Offer<MedOffer>, undefined>
  readonly #first: MedOffer
  readonly #timer: NodeJS.Timeout

  constructor(asa: ServiceAgent, question: Question) {
    const { what, place, med, within, offer } = question
    this.#question = question
    this.#first = offer(med)
    const run = what === 'look' || what === 'dryRun' ? 'dry' : 'live'
    const to = { type: 'fqdn', name: place.agent, protocol: 6, port: 7017 } as const
    this.#negotiation = asa.negotiate(congestionMed, this.#first, { to, run, timeoutMs: within })
    this.#offers = this.#negotiation[Symbol.asyncIterator]()
    this.#timer = setTimeout(() => this.#negotiation.abandon(new GraspError('noNegReply')), within)
  }

  /** Accepts the first answer, which must be about the same MED, and of the `epoch` if one is given (§5.2 of the draft). */
  async agreed(epoch?: number): Promise<Pick<MedAnswer, 'told'>> {
    const { told = [] } = await this.#timed(async () => {
      const { value } = await this.#next()
      // It takes the plan for a new one, as it has forgotten all.
      const isAnew = epoch !== undefined && value.header.epoch !== epoch
      if (isAnew) throw this.#givenUp({ code: 'STALE', problem: 'its agent was started again' })
      const problem = this.#otherMatter(value)
      if (problem === undefined && value.med === this.#question.med) return value
      throw this.#givenUp({ code: 'UNCLEAR', problem: problem ?? `it answers with MED ${value.med}` })
    })
    this.accept()
    return { told: readableTold(told) }
  }

  /** Bargains up to an offer of theirs that we can accept, and holds it. */
  async bargained(wanted: number): Promise<MedAnswer> {
    const position = { wanted, limit: highestMed }
    return this.#timed(async () => {
      const before: MedBid[] = [{ ...this.#first, med: wanted }]
      for (;;) {
        const { value, loopCount } = await this.#next()
        const problem = this.#otherMatter(value)
        if (problem !== undefined) throw this.#givenUp({ code: 'UNCLEAR', problem })
        if (!isBid(value)) throw this.#givenUp({ code: 'UNCLEAR', problem: 'it answers without a MED' })
        // For the bargain alone it would be a concession, but it would not drive the traffic away.
        const isTooLow = value.med < wanted
        const answer = answerMed(value, before, loopCount, position, this.#bounds())
        if (isTooLow)
          throw this.#givenUp({ code: 'RESOURCE', problem: `no more than MED ${value.med} is possible there` })
        if (answer.type === 'accept')
          return { med: value.med, told: readableTold(value.told ?? []), epoch: value.header.epoch }
        if (answer.type === 'decline') throw this.#givenUp(answer)
        const ours = { ...this.#question.offer(answer.med), med: answer.med }
        before.push(value, ours)
        this.#negotiation.offer(ours)
      }
    })
  }

  accept(): void {
    try {
      this.#negotiation.accept()
    } catch (error) {
      // Whoever prepared waits 15 s for the others.
      const isOver = error instanceof GraspError && error.code === 'noSession'
      throw this.#problem(isOver ? { code: 'DECLINED', problem: 'it has given up waiting' } : reasonOf(error))
    }
  }

  decline(why: string): void {
    this.#negotiation.decline(why)
  }

  async #timed<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof AskProblem ? error : this.#problem(reasonOf(error))
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /** The next offer. @throws the reason why there is none */
  async #next(): Promise<Offer<MedOffer>> {
    const { value: offer } = await this.#offers.next()
    if (offer !== undefined) return offer
    const outcome = await this.#negotiation.outcome
    if (outcome.outcome === 'declined') throw this.#problem(declinedReason(outcome.reason))
    throw this.#problem({ code: 'UNCLEAR', problem: 'it accepts without a word of what its neighbours are told' })
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

  #givenUp({ code, problem }: Reason): AskProblem {
    const known = declineCodeOf(code) ?? 'UNTRUSTED'
    this.#negotiation.decline(declineText({ code: known, problem }))
    return this.#problem({ code, problem })
  }

  #problem(reason: Reason): AskProblem {
    const { what, place, med } = this.#question
    return new AskProblem(what, place, med, reason)
  }
}

const isBid = (offer: MedOffer): offer is MedBid => offer.med !== null

/** The longest sentence of an agent that is shown. */
const maxReason = 200

/** Text of others goes to terminals. */
const readable = (text: string): string => text.replaceAll(/\p{C}/gu, ' ')

const sentenceIn = (text: string): string => readable(text).slice(0, maxReason)

const readableTold = (told: readonly Told[]): readonly Told[] =>
  told.map((one) => ({ ...one, neighbour: readable(one.neighbour) }))

/** `BUSY 10.1.0.0/16 is in another lease there` */
function declinedReason(reason: string | undefined): Reason {
  const text = sentenceIn(reason ?? '')
  const code = declineCodeOf(text)
  if (code === undefined) return { code: 'DECLINED', problem: text === '' ? 'it declines' : text }
  return { code, problem: text.slice(code.length + 1) || 'it declines' }
}

function reasonOf(error: unknown): Reason {
  if (!(error instanceof GraspError)) return { code: 'SILENT', problem: String(error) }
  if (error.code === 'noNegReply' || error.code === 'noReply')
    return { code: 'SILENT', problem: 'its agent did not answer in time' }
  if (error.code === 'noPeer' || error.code === 'sockErrSynRq' || error.code === 'noSession')
    return { code: 'SILENT', problem: 'its agent went away' }
  // What made no sense may be quoted in it.
  return { code: 'UNCLEAR', problem: sentenceIn(error.message) }
}
