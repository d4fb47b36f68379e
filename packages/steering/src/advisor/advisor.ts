/**
 * The advisor of one border: told every step what enters over its links, it says when one of them is about to be full,
 * and which prefixes should enter over another. It changes nothing.
 *
 *   reading ──▶ demand ──▶ links learn ──▶ what became of the proposal ──▶ a new one, if a link is hot ──▶ finding
 *
 * One proposal at most is open or taken: the outcome of two at a time could not be told apart. Those that ended are
 * returned once. The advisor holds at most `maxLinks` links with `horizon` loads each, and `maxRemembered` prefixes.
 * @module
 */
import { type Demand, demandOf } from './demand.ts'
import type { Finding, Proposal } from './finding.ts'
import { ended, type Live, lived, opened, type View } from './life.ts'
import { hotSteps, maxLinks, settleMs, settleSteps, wellTold } from './limits.ts'
import { type Course, LinkWatch } from './link-watch.ts'
import { Planner } from './plan.ts'
import { PrefixMemory } from './prefix-memory.ts'
import type { BorderReading } from './reading.ts'
import { rejectedBeside } from './rejected.ts'
import { type AdvisorSnapshot, isSnapshot } from './snapshot.ts'

export interface AdvisorConfig {
  /** Between two readings, milliseconds, above 0; default a minute. */
  readonly stepMs?: number
  /** How far ahead links are to have room, steps, 1 to 1440; default 5. */
  readonly horizon?: number
  /** The number of the first proposal, if no snapshot has a higher one: above those that are already known; default 1. */
  readonly firstNumber?: number
}

/** A step is as long as it should be, more or less. */
const shortestStep = 0.5
const longestStep = 1.5
const longestHorizon = 1440

export class Advisor {
  readonly #stepMs: number
  readonly #horizon: number
  #names: readonly string[] = []
  #links: LinkWatch[] = []
  #memory: PrefixMemory
  #at: number | null = null
  #passed = 0
  #moving = 0
  #number: number
  #live: Live | null = null

  /** @throws {RangeError} */
  constructor({ stepMs = 60_000, horizon = 5, firstNumber = 1 }: AdvisorConfig = {}) {
    if (!(stepMs > 0 && Number.isFinite(stepMs)))
      throw new RangeError(`"stepMs" must be a number of milliseconds above 0, got ${stepMs}`)
    if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= longestHorizon))
      throw new RangeError(`"horizon" must be a whole number from 1 to ${longestHorizon}, got ${horizon}`)
    this.#stepMs = stepMs
    this.#horizon = horizon
    this.#number = firstNumber
    this.#memory = new PrefixMemory(stepMs)
  }

  /** Goes on from a snapshot; begins anew where that is broken, or of another step or horizon. @throws {RangeError} */
  static restore(config: AdvisorConfig, snapshot: unknown): Advisor {
    const advisor = new Advisor(config)
    advisor.#restore(snapshot)
    return advisor
  }

  /** Every reading has a finding. Only the first `maxLinks` links are looked at. */
  take(reading: BorderReading): Finding {
    const demand = demandOf(reading)
    const at = Number.isFinite(reading.at) ? reading.at : (this.#at ?? 0) + this.#stepMs
    const ended = this.#keepTo(
      reading.links.slice(0, maxLinks).map(({ name }) => name),
      demand,
      at,
    )
    const gap = this.#pass(at)
    const reachable = (link: number): boolean => demand.capacities[link]! > 0 && demand.loads[link] !== null
    if (this.#memory.take(demand.byPrefix.values(), reachable, this.#passed)) this.#moving = settleSteps
    const course: Course = gap ? 'gap' : this.#moving > 0 ? 'moving' : 'regular'
    if (this.#moving > 0) this.#moving--
    for (const [number, link] of this.#links.entries())
      link.take(demand.loads[number] ?? null, demand.capacities[number]!, course, demand.ceilings[number])
    const proposals = [...ended, ...this.#proposals(demand, at)]
    return { at, links: this.#links.map((link, number) => link.finding(this.#names[number]!)), proposals }
  }

  snapshot(): AdvisorSnapshot {
    return {
      version: 1,
      stepMs: this.#stepMs,
      horizon: this.#horizon,
      at: this.#at,
      passed: this.#passed,
      moving: this.#moving,
      number: this.#number,
      names: this.#names,
      links: this.#links.map((link) => link.state()),
      prefixes: this.#memory.state(),
      live: this.#live,
    }
  }

  /** Begins anew with links of other names, and returns the proposal that this ends. */
  #keepTo(names: readonly string[], { capacities }: Demand, at: number): readonly Proposal[] {
    if (names.length === this.#names.length && names.every((name, number) => name === this.#names[number])) return []
    const last = this.#live
    this.#names = names
    this.#links = capacities.map((capacity) => new LinkWatch(capacity, this.#horizon))
    this.#memory = new PrefixMemory(this.#stepMs)
    this.#live = null
    if (last === null) return []
    return [ended(last, last.proposal.state === 'open' ? 'outdated' : 'measured', { at }).proposal]
  }

  /** Lets time pass up to `at`; whether that was another time than a step. A clock that was set back has passed one step. */
  #pass(at: number): boolean {
    const since = this.#at === null ? this.#stepMs : at - this.#at
    this.#at = at
    this.#passed += since > 0 ? since : this.#stepMs
    return since < shortestStep * this.#stepMs || since > longestStep * this.#stepMs
  }

  #proposals(demand: Demand, at: number): readonly Proposal[] {
    const names = this.#names
    const links = this.#links
    const memory = this.#memory
    if (this.#live === null && links.every(({ hot }) => hot < hotSteps)) return []
    const planner = new Planner(names, demand, links, memory)
    const best = links.some((_, link) => this.#isToPlan(link, demand)) ? planner.best() : undefined
    const view: View = { at, horizon: this.#horizon, names, demand, links, memory, planner, best }
    const proposals: Proposal[] = []
    if (this.#live !== null) {
      this.#live = lived(this.#live, view)
      proposals.push(this.#live.proposal)
      if (this.#live.proposal.endedAt !== null) this.#live = null
    }
    if (this.#live === null && best !== undefined) {
      const because = links.flatMap((link, number) => (link.hot > 0 ? [link.finding(names[number]!)] : []))
      const rejected = rejectedBeside(best, view)
      this.#live = opened(this.#number++, view, best, because, rejected)
      proposals.push(this.#live.proposal)
    }
    return proposals
  }

  /** Whether the link was hot for long enough, and flows tell of whom. */
  #isToPlan(link: number, { told }: Demand): boolean {
    const { hot } = this.#links[link]!
    return hot >= hotSteps && (told[link]! >= wellTold || hot * this.#stepMs >= settleMs)
  }

  #restore(snapshot: unknown): void {
    if (!isSnapshot(snapshot)) return
    const { stepMs, horizon, at, passed, moving, number, names, live } = snapshot
    this.#number = Math.max(this.#number, number)
    if (stepMs !== this.#stepMs || horizon !== this.#horizon) return
    const links = snapshot.links.map((link) => LinkWatch.restore(link, horizon))
    const memory = PrefixMemory.restore(snapshot.prefixes, stepMs, passed)
    if (memory === undefined || links.some((link) => link === undefined)) return
    this.#names = names
    this.#links = links as LinkWatch[]
    this.#memory = memory
    this.#at = at
    this.#passed = passed
    this.#moving = moving
    this.#live = live
  }
}
