/**
 * Asks agents by GRASP (RFC 8990): the initiator's side of Congestion.MED.
 *
 *   dry run            offer ─▶ ◀─ offer, told              accept: nothing follows from it
 *   prepare            offer ─▶ ◀─ offer, told … ─▶         held open, until it is accepted or declined
 *   confirm, release   offer ─▶ ◀─ offer, told              accept
 *
 * @module
 */
import type { ServiceAgent } from '@vagus/asa'
import type { Told } from '@vagus/api/steering'
import type { MedOffer } from '@vagus/grasp/objectives'
import type { Headers } from '../../negotiation/headers.ts'
import { absent } from '../../negotiation/negotiation-problem.ts'
import { untilConfirmed, untilReleased } from '../../negotiation/until.ts'
import { MedAsking } from './med-asking.ts'
import {
  type AskKind,
  AskProblem,
  askWithin,
  type MedAnswer,
  type MedAsker,
  type MedPlace,
  type Prepared,
} from './med-asker.ts'

export interface GraspAskerParts {
  readonly asa: ServiceAgent
  readonly headers: Headers
  /** Since when the agent of that id is connected and admitted, milliseconds since 1970. */
  readonly connectedSince: (agent: string) => number | undefined
}

export class GraspAsker implements MedAsker {
  readonly #parts: GraspAskerParts

  constructor(parts: GraspAskerParts) {
    this.#parts = parts
  }

  connectedSince(agent: string): number | undefined {
    return this.#parts.connectedSince(agent)
  }

  async look(place: MedPlace): Promise<readonly Told[]> {
    const asking = this.#begin('look', place, null)
    return (await asking.agreed()).told
  }

  async dryRun(place: MedPlace, med: number): Promise<MedAnswer> {
    const asking = this.#begin('dryRun', place, med)
    const answer = await asking.bargained(med)
    asking.accept()
    return answer
  }

  async prepare(place: MedPlace, med: number): Promise<Prepared> {
    const asking = this.#begin('prepare', place, med)
    const answer = await asking.bargained(med)
    return { ...answer, accept: () => asking.accept(), decline: (why) => asking.decline(why) }
  }

  async confirm(place: MedPlace, { med, epoch }: Pick<MedAnswer, 'med' | 'epoch'>): Promise<readonly Told[]> {
    const ask = (left: number) => this.#begin('confirm', place, med, left).agreed(epoch)
    return (await untilConfirmed(askWithin.confirm, ask)).told
  }

  async release(place: MedPlace): Promise<void> {
    const late = () => new AskProblem('release', place, null, { code: 'SILENT', problem: 'it still has it' })
    await untilReleased(askWithin.release, (left) => this.#begin('release', place, null, left).agreed(), late)
  }

  /** @throws {AskProblem} when the agent is not connected */
  #begin(what: AskKind, place: MedPlace, med: number | null, within: number = askWithin[what]): MedAsking {
    if (this.#parts.connectedSince(place.agent) === undefined) throw new AskProblem(what, place, med, absent)
    const offer = (wanted: number | null): MedOffer => ({
      header: this.#parts.headers.next(),
      prefix: place.prefix,
      peerAs: place.peerAs,
      ingress: place.interface,
      med: wanted,
      load: place.load,
      confidence: place.confidence,
      leaseMs: place.leaseMs,
      planId: new Uint8Array(Buffer.from(place.plan, 'hex')),
    })
    return new MedAsking(this.#parts.asa, { what, place, med, within, offer })
  }
}
