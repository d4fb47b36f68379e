/**
 * Loss of a transport session (one source port). Its observation domains each have a sequence (RFC 7011 §3.1), or share
 * one, as with Open vSwitch. Both cases are tracked, and the one with the better score is used. Totals over the domains
 * are running sums, so a datagram costs the same whether the port has one domain or thousands.
 * @module
 */
import type { LossState } from '../exporter-state.ts'
import { LossAccountant, shareOf } from './accountant.ts'
import type { MessageUnits } from './sequence.ts'

/** The shared sequence is used if its score is higher by this margin than the mean score of the domains. */
const clearlyBetter = 0.005

export class LossSession {
  readonly #limit: number
  readonly #domains = new Set<LossAccountant>()
  #shared: LossAccountant | undefined
  /**
   * Sums over all domains while there is a shared sequence: scores weighted by observations, observations, messages.
   */
  #scores = 0
  #observations = 0
  #messages = 0
  /** Number of domains with data sets waiting. */
  #waiting = 0

  /** With more than `limit` domains, a session has no shared sequence, only one per domain. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Adds a domain. The shared sequence begins as a copy of the first domain's when the second domain joins. */
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

  /** `waiting` data sets of `domain` wait for their template. If none wait, undetermined units are settled. */
  waiting(domain: LossAccountant, waiting: number): void {
    this.#waiting += Number(waiting > 0) - Number(domain.waiting > 0)
    domain.waiting = waiting
    if (waiting > 0) return
    domain.settle()
    if (this.#waiting === 0) this.#shared?.settle()
  }

  /** A data set of `domain` was dropped; `waiting` others still wait. */
  givenUp(domain: LossAccountant, waiting: number): void {
    domain.hasGivenUp = true
    if (this.#shared) this.#shared.hasGivenUp = true
    this.waiting(domain, waiting)
  }

  /** Data sets of `domain` were decoded; `waiting` others still wait. */
  decoded(domain: LossAccountant, waiting: number): void {
    this.waiting(domain, waiting)
    if (waiting === 0) domain.hasGivenUp = false
    if (this.#waiting === 0 && this.#shared) this.#shared.hasGivenUp = false
  }

  /** Advances the time for `domain` and for the shared sequence. Called about once a second. */
  tick(domain: LossAccountant, now: number): void {
    domain.tick(now)
    this.#shared?.tick(now)
  }

  restart(domain: LossAccountant): void {
    domain.restart()
    this.#shared?.restart()
  }

  /** The loss of a domain. The loss of a shared sequence is divided in proportion to the messages of each domain. */
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

  /** Undecoded units of a domain, in the unit of `stateOf`. */
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
