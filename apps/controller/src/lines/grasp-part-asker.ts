/**
 * Asks agents by GRASP (RFC 8990): the initiator's side of Line.Part.
 *
 *   prepare            offer ─▶ ◀─ offer ─▶      held open, until it is accepted or declined
 *   confirm, release   offer ─▶ ◀─ offer         accept
 *   measured           dry, with no part ─▶ ◀─ offer, measured
 *
 * @module
 */
import type { ServiceAgent } from '@vagus/asa'
import { type LineMeasured, type LineOffer, linePart } from '@vagus/grasp/objectives'
import { Asking } from '../negotiation/asking.ts'
import type { Headers } from '../negotiation/headers.ts'
import { absent, type Reason } from '../negotiation/negotiation-problem.ts'
import { type NegotiationFigures, NegotiationTimes } from '../negotiation/negotiation-times.ts'
import { untilConfirmed, untilReleased } from '../negotiation/until.ts'
import {
  type PartAsk,
  type PartAsker,
  type PartPlace,
  PartProblem,
  partWithin,
  type PreparedPart,
} from './part-asker.ts'

export interface GraspPartAskerParts {
  readonly asa: ServiceAgent
  readonly headers: Headers
  /** Since when the agent of that id is connected and admitted, milliseconds since 1970. */
  readonly connectedSince: (agent: string) => number | undefined
}

/** What a question is about. */
interface Matter {
  readonly part: LineOffer['part']
  readonly leaseMs: number
  readonly within: number
}

export class GraspPartAsker implements PartAsker {
  readonly #parts: GraspPartAskerParts
  readonly #times = new NegotiationTimes(() => performance.now())

  constructor(parts: GraspPartAskerParts) {
    this.#parts = parts
  }

  get figures(): NegotiationFigures {
    return this.#times.figures
  }

  connectedSince(agent: string): number | undefined {
    return this.#parts.connectedSince(agent)
  }

  async prepare(place: PartPlace, leaseMs: number): Promise<PreparedPart> {
    const asking = this.#begin('prepare', place, { part: place.part, leaseMs, within: partWithin.prepare })
    await this.#first(asking, place, 'prepare')
    return { accept: () => asking.accept(), decline: (why) => asking.decline(why) }
  }

  async confirm(place: PartPlace, leaseMs: number): Promise<void> {
    const ask = (within: number) => this.#agreed('confirm', place, { part: place.part, leaseMs, within })
    await untilConfirmed(partWithin.confirm, ask)
  }

  async release(place: PartPlace): Promise<void> {
    const late = () => new PartProblem('release', place, { code: 'SILENT', problem: 'it still has it' })
    const ask = (within: number) => this.#agreed('release', place, { part: null, leaseMs: 0, within })
    await untilReleased(partWithin.release, ask, late)
  }

  async measured(place: PartPlace): Promise<LineMeasured> {
    const matter = { part: null, leaseMs: 0, within: partWithin.measured }
    return (await this.#agreed('measured', place, matter)).measured ?? {}
  }

  async #agreed(what: PartAsk, place: PartPlace, matter: Matter): Promise<LineOffer> {
    const asking = this.#begin(what, place, matter)
    const answer = await this.#first(asking, place, what)
    asking.accept()
    return answer
  }

  #first(asking: Asking<LineOffer>, place: PartPlace, what: PartAsk): Promise<LineOffer> {
    const answer = asking.timed(async () => {
      const { value } = await asking.next()
      // An agent that has forgotten the plan takes a confirmation for a new one, of which nothing is measured yet.
      const isAnew = what === 'confirm' && value.measured === undefined
      if (isAnew) throw asking.givenUp({ code: 'STALE', problem: 'it has nothing of that plan' })
      const isSame = value.number === place.number && Buffer.from(value.planId).toString('hex') === place.plan
      if (isSame) return value
      throw asking.givenUp({ code: 'UNCLEAR', problem: 'it answers about something else' })
    })
    return this.#times.timed(() => answer)
  }

  /** @throws {PartProblem} when the agent is not connected */
  #begin(what: PartAsk, place: PartPlace, { part, leaseMs, within }: Matter): Asking<LineOffer> {
    const { asa, headers, connectedSince } = this.#parts
    const problem = (reason: Reason) => new PartProblem(what, place, reason)
    if (connectedSince(place.agent) === undefined) throw problem(absent)
    const planId = new Uint8Array(Buffer.from(place.plan, 'hex'))
    const first = { header: headers.next(), planId, number: place.number, part, leaseMs }
    const run = what === 'measured' ? 'dry' : 'live'
    return new Asking(asa, { objective: linePart, agent: place.agent, run, first, within, problem })
  }
}
