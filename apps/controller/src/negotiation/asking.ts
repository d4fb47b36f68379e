/** One negotiation as its initiator: until both agree, the agent declines, or its time is over. @module */
import { GraspError, type Negotiation, type Offer, type ServiceAgent } from '@vagus/asa'
import type { ObjectiveType, Run } from '@vagus/grasp'
import type { Span } from '@vagus/observability'
import { toldText } from '@vagus/signals'
import { currentSpan } from '@vagus/observability/current-span'
import { declineCodeOf, declineText, type Header } from '@vagus/grasp/objectives'
import { readable } from './readable.ts'
import { NegotiationProblem, type Reason } from './negotiation-problem.ts'

/** What of ours begins with a header. */
interface Headed {
  readonly header: Header
}

export interface Question<Value> {
  readonly objective: ObjectiveType<Value>
  /** Id of the agent that is asked. */
  readonly agent: string
  readonly run: Run
  readonly first: Value
  /** Milliseconds for all of it, but not for how long a prepared one is held. */
  readonly within: number
  readonly problem: (reason: Reason) => NegotiationProblem
}

export class Asking<Value extends Headed> {
  readonly #question: Question<Value>
  readonly #negotiation: Negotiation<Value>
  readonly #offers: AsyncIterator<Offer<Value>, undefined>
  readonly #timer: NodeJS.Timeout

  constructor(asa: ServiceAgent, question: Question<Value>) {
    const { objective, agent, run, within } = question
    this.#question = question
    const span = currentSpan()?.child(`negotiate ${shortName(objective.name)}`, 'client', { 'vagus.grasp.run': run })
    const first = span === undefined ? question.first : tracedBy(span.traceparent, question.first)
    const to = { type: 'fqdn', name: agent, protocol: 6, port: 7017 } as const
    this.#negotiation = asa.negotiate(objective, first, { to, run, timeoutMs: within })
    this.#offers = this.#negotiation[Symbol.asyncIterator]()
    this.#timer = setTimeout(() => this.#negotiation.abandon(new GraspError('noNegReply')), within)
    if (span !== undefined) endsWith(span, this.#negotiation.outcome)
  }

  /** Until `work` is done the time runs; what comes after it has no limit here. @throws {NegotiationProblem} */
  async timed<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof NegotiationProblem ? error : this.#question.problem(reasonOf(error))
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /** The next offer of theirs. @throws the reason why there is none */
  async next(): Promise<Offer<Value>> {
    const { value: offer } = await this.#offers.next()
    if (offer !== undefined) return offer
    const outcome = await this.#negotiation.outcome
    if (outcome.outcome === 'declined') throw this.#question.problem(declinedReason(outcome.reason))
    throw this.#question.problem({ code: 'UNCLEAR', problem: 'it accepts without an offer of its own' })
  }

  offer(value: Value): void {
    this.#negotiation.offer(value)
  }

  /** @throws {NegotiationProblem} when it is over already */
  accept(): void {
    try {
      this.#negotiation.accept()
    } catch (error) {
      // Whoever prepared waits 15 s for the others.
      const isOver = error instanceof GraspError && error.code === 'noSession'
      const reason = isOver ? { code: 'DECLINED' as const, problem: 'it has given up waiting' } : reasonOf(error)
      throw this.#question.problem(reason)
    }
  }

  decline(why: string): void {
    this.#negotiation.decline(why)
  }

  /** Declines what was offered; the problem is for the caller to throw. */
  givenUp({ code, problem }: Reason): NegotiationProblem {
    const known = declineCodeOf(code) ?? 'UNTRUSTED'
    this.#negotiation.decline(declineText({ code: known, problem }))
    return this.#question.problem({ code, problem })
  }
}

/** `Line.Part` of `private.example:Line.Part`. */
const shortName = (name: string): string => name.slice(name.lastIndexOf(':') + 1)

const tracedBy = <Value extends Headed>(trace: string, value: Value): Value => ({
  ...value,
  header: { ...value.header, trace },
})

function endsWith(span: Span, outcome: Negotiation<unknown>['outcome']): void {
  outcome.then(
    (end) => span.end(end.outcome === 'accepted' ? undefined : toldText(declinedReason(end.reason).problem, 'names')),
    (error: unknown) => span.end(toldText(reasonOf(error).problem, 'names')),
  )
}

/** The longest sentence of an agent that is shown. */
const maxReason = 200

const sentenceIn = (text: string): string => readable(text).slice(0, maxReason)

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
