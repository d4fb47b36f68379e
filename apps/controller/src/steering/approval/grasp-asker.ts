/**
 * Asks agents by GRASP (RFC 8990): the initiator's side of Congestion.MED.
 *
 *   dry run            offer ─▶ ◀─ offer, told              accept: nothing follows from it
 *   prepare            offer ─▶ ◀─ offer, told … ─▶         held open, until it is accepted or declined
 *   confirm, release   offer ─▶ ◀─ offer, told              accept
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceAgent } from '@vagus/asa'
import type { Told } from '@vagus/api/steering'
import type { MedOffer } from '@vagus/grasp/objectives'
import { Asking } from './asking.ts'
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
  /** Name of this node in headers. */
  readonly node: string
  /** Above those of earlier starts: an agent believes nothing older than it knows. */
  readonly epoch: number
  /** Since when the agent of that id is connected and admitted, milliseconds since 1970. */
  readonly connectedSince: (agent: string) => number | undefined
}

/**
 * The accept and the confirmation go by two streams; one that overtakes the other is asked again, milliseconds later. Twice as
 * long each time, as the agent may wait for its router.
 */
const overtakenFor = 250

export class GraspAsker implements MedAsker {
  readonly #parts: GraspAskerParts
  #sequence = 0

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
    const until = performance.now() + askWithin.confirm
    for (let wait = overtakenFor; ; wait *= 2) {
      const left = until - performance.now()
      try {
        return (await this.#begin('confirm', place, med, left).agreed(epoch)).told
      } catch (error) {
        const isEarly = error instanceof AskProblem && error.code === 'BUSY' && left > 2 * wait
        if (!isEarly) throw error
      }
      await sleep(wait)
    }
  }

  /** Again until the agent says that it has none of that plan: an accept may be lost with its stream. */
  async release(place: MedPlace): Promise<void> {
    const until = performance.now() + askWithin.release
    for (let asked = 0; ; asked++) {
      if (asked > 1) await sleep(overtakenFor)
      const left = until - performance.now()
      if (left <= 0) throw new AskProblem('release', place, null, { code: 'SILENT', problem: 'it still has it' })
      try {
        await this.#begin('release', place, null, left).agreed()
      } catch (error) {
        if (error instanceof AskProblem && (error.code === 'STALE' || error.code === 'UNDONE')) return
        throw error
      }
    }
  }

  /** @throws {AskProblem} when the agent is not connected */
  #begin(what: AskKind, place: MedPlace, med: number | null, within: number = askWithin[what]): Asking {
    if (this.#parts.connectedSince(place.agent) === undefined) {
      const problem = 'its agent is not connected; "vagus device --steered-by" connects it'
      throw new AskProblem(what, place, med, { code: 'ABSENT', problem })
    }
    const offer = (wanted: number | null): MedOffer => ({
      header: { node: this.#parts.node, epoch: this.#parts.epoch, sequence: this.#sequence++ },
      prefix: place.prefix,
      peerAs: place.peerAs,
      ingress: place.interface,
      med: wanted,
      load: place.load,
      confidence: place.confidence,
      leaseMs: place.leaseMs,
      planId: new Uint8Array(Buffer.from(place.plan, 'hex')),
    })
    return new Asking(this.#parts.asa, { what, place, med, within, offer })
  }
}
