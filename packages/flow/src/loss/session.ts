/**
 * The sequence of a transport session (one source port): the observation domains in it have a sequence each (RFC 7011
 * §3.1), or share one, as Open vSwitch has it. Both are followed; the one without gaps is believed. All that is asked
 * of the domains together is a running sum: a datagram costs the same whether the port has one domain or thousands.
 * @module
 */
import type { LossState } from '../exporter-state.ts'
import { LossAccountant, shareOf } from './accountant.ts'
import type { MessageUnits } from './sequence.ts'

/** The shared sequence must be right more often by this much than the sequences by domain. */
const clearlyBetter = 0.005

export class LossSession {
  readonly #limit: number
  readonly #domains = new Set<LossAccountant>()
  #shared: LossAccountant | undefined
  /**
   * Over all domains, while there is a shared sequence: scores weighted by their observations, observations, messages.
   */
  #scores = 0
  #observations = 0
  #messages = 0
  /** Domains with sets that wait. */
  #waiting = 0

  /** A session of more than `limit` domains has no shared sequence: each domain keeps its own account only. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** A new domain of the session. The shared sequence begins as a copy of the first domain's, when the second comes. */
  join(domain: LossAccountant): void {
    if (this.#domains.size === 1) for (const first of this.#domains) this.#share(first)
    this.#domains.add(domain)
    this.#count(domain, 1)
    if (this.#domains.size > this.#limit) this.#shared = undefined
  }

  #share(first: LossAccountant): void {
    this.#shared = first.copy()
    this.#scores = this.#observations = this.#messages = 0
    this.#count(first, 1)
  }

  leave(domain: LossAccountant): void {
    if (!this.#domains.delete(domain)) return
    this.#count(domain, -1)
    if (domain.waiting > 0) this.#waiting--
    if (this.#domains.size < 2) this.#shared = undefined
  }

  take(domain: LossAccountant, sequence: number, units: MessageUnits): 'restarted' | undefined {
    if (this.#shared === undefined) return domain.take(sequence, units)
    const isShared = this.#isShared()
    const shared = this.#shared.take(sequence, units)
    this.#count(domain, -1)
    const own = domain.take(sequence, units)
    this.#count(domain, 1)
    return isShared ? shared : own
  }

  resolve(domain: LossAccountant, units: { readonly records: number; readonly options: number }): void {
    domain.resolve(units)
    this.#shared?.resolve(units)
  }

  /** `waiting` data sets of `domain` wait for their template; with none, what is undetermined is settled. */
  waiting(domain: LossAccountant, waiting: number): void {
    this.#waiting += Number(waiting > 0) - Number(domain.waiting > 0)
    domain.waiting = waiting
    if (waiting > 0) return
    domain.settle()
    if (this.#waiting === 0) this.#shared?.settle()
  }

  /** A data set of `domain` was given up; `waiting` others wait. */
  givenUp(domain: LossAccountant, waiting: number): void {
    domain.hasGivenUp = true
    if (this.#shared) this.#shared.hasGivenUp = true
    this.waiting(domain, waiting)
  }

  /** A data set of `domain` was decoded; `waiting` others wait. */
  decoded(domain: LossAccountant, waiting: number): void {
    this.waiting(domain, waiting)
    if (waiting === 0) domain.hasGivenUp = false
    if (this.#waiting === 0 && this.#shared) this.#shared.hasGivenUp = false
  }

  /** Time goes on for `domain`, and for what it shares. About once a second. */
  tick(domain: LossAccountant, now: number): void {
    domain.tick(now)
    this.#shared?.tick(now)
  }

  restart(domain: LossAccountant): void {
    domain.restart()
    this.#shared?.restart()
  }

  /** What a domain lost. The loss of a shared sequence is shared out by what each domain received. */
  stateOf(domain: LossAccountant): LossState {
    const isShared = this.#isShared()
    const { current, lastHour } = isShared ? this.#shared! : domain
    const received = domain.current.received
    const part = isShared ? this.#partOf(domain) : 1
    return {
      unit: current.rule.unit,
      rule: isShared ? `${current.rule.name}, one count for all domains` : current.rule.name,
      units: Math.round(current.lost * part),
      received: isShared ? Math.round(current.received * part) : received,
      lastHour: { units: Math.round(lastHour.lost * part), received: Math.round(lastHour.received * part) },
      share: shareOf(lastHour),
      undetermined: Math.round(current.undetermined * part),
    }
  }

  /** Units of a domain that came and were not decoded, in the unit of `stateOf`. */
  undecodedOf(domain: LossAccountant): number {
    if (!this.#isShared()) return domain.current.undecoded
    return Math.round(this.#shared!.current.undecoded * this.#partOf(domain))
  }

  #isShared(): boolean {
    if (this.#shared === undefined || this.#observations === 0) return false
    return this.#shared.current.score > this.#scores / this.#observations + clearlyBetter
  }

  #partOf(domain: LossAccountant): number {
    return this.#messages === 0 ? 0 : domain.messages / this.#messages
  }

  #count({ current, messages }: LossAccountant, sign: 1 | -1): void {
    this.#scores += sign * current.score * current.observations
    this.#observations += sign * current.observations
    this.#messages += sign * messages
  }
}
