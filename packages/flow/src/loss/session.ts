/**
 * The sequence of a transport session (one source port): the observation domains in it have a sequence each (RFC 7011
 * §3.1), or share one, as Open vSwitch has it. Both are followed; the one without gaps is believed.
 * @module
 */
import type { LossState } from '../exporter-state.ts'
import { LossAccountant, shareOf } from './accountant.ts'
import type { MessageUnits } from './sequence.ts'

/** The shared sequence must be right more often by this much than the sequences by domain. */
const clearlyBetter = 0.005

export class LossSession {
  readonly #domains: LossAccountant[] = []
  #shared: LossAccountant | undefined

  /** A new domain of the session. The shared sequence begins as a copy of the first domain's, when the second comes. */
  join(domain: LossAccountant): void {
    if (this.#domains.length === 1) this.#shared = this.#domains[0]!.copy()
    this.#domains.push(domain)
  }

  leave(domain: LossAccountant): void {
    const index = this.#domains.indexOf(domain)
    if (index >= 0) this.#domains.splice(index, 1)
    if (this.#domains.length < 2) this.#shared = undefined
  }

  take(domain: LossAccountant, sequence: number, units: MessageUnits): 'restarted' | undefined {
    const isShared = this.#isShared()
    const shared = this.#shared?.take(sequence, units)
    const own = domain.take(sequence, units)
    return isShared ? shared : own
  }

  resolve(domain: LossAccountant, units: { readonly records: number; readonly options: number }): void {
    domain.resolve(units)
    this.#shared?.resolve(units)
  }

  /** `waiting` data sets of `domain` wait for their template; with none, what is undetermined was lost. */
  waiting(domain: LossAccountant, waiting: number): void {
    domain.waiting = waiting
    if (waiting > 0) return
    domain.settle()
    if (this.#domains.every((one) => one.waiting === 0)) this.#shared?.settle()
  }

  restart(domain: LossAccountant): void {
    domain.restart()
    this.#shared?.restart()
  }

  /** What a domain lost. The loss of a shared sequence is shared out by what each domain received. */
  stateOf(domain: LossAccountant): LossState {
    const isShared = this.#isShared()
    const { current } = isShared ? this.#shared! : domain
    const received = domain.current.received
    const part = isShared ? this.#partOf(domain) : 1
    return {
      unit: current.rule.unit,
      rule: isShared ? `${current.rule.name}, one count for all domains` : current.rule.name,
      units: Math.round(current.lost * part),
      received: isShared ? Math.round(current.received * part) : received,
      share: shareOf(current),
      undetermined: Math.round(current.undetermined * part),
    }
  }

  #isShared(): boolean {
    if (this.#shared === undefined) return false
    let sum = 0
    let observations = 0
    for (const { current } of this.#domains) {
      sum += current.score * current.observations
      observations += current.observations
    }
    return observations > 0 && this.#shared.current.score > sum / observations + clearlyBetter
  }

  #partOf(domain: LossAccountant): number {
    let all = 0
    for (const { messages } of this.#domains) all += messages
    return all === 0 ? 0 : domain.messages / all
  }
}
