/** One router that is asked by SNMP: its rounds, and how it stands. @module */
import type { Answer, Ask } from './answer.ts'
import type { Wanted } from './places.ts'
import { RouterRounds, type RoundResult } from './round.ts'
import type { SnmpTarget } from './settings.ts'
import { SnmpProblem } from './snmp-problem.ts'

/** What a round needs of a session. */
export interface Asking {
  /** One question at a time. @throws {SnmpProblem} */
  ask(ask: Ask): Promise<readonly Answer[]>
  close(): void
}

export interface Standing {
  /** `waiting`: the first round is not over. */
  readonly state: 'waiting' | 'answers' | 'unreachable'
  /** Milliseconds since 1970. */
  readonly since: number
  /** Why it does not answer; empty while it does. */
  readonly problem: string
  /** When the last round was over that was whole; undefined before the first. */
  readonly lastAt: number | undefined
}

/** A round may take two intervals, and a minute, milliseconds: then the next one begins from the start. */
const leastDeadline = 60_000

export class PolledRouter {
  readonly target: SnmpTarget
  readonly rounds: RouterRounds
  standing: Standing
  readonly #open: () => Promise<Asking>
  readonly #now: () => number
  #session: Asking | undefined
  #isClosed = false

  /** @param now milliseconds since 1970 */
  constructor(target: SnmpTarget, wanted: readonly Wanted[], open: () => Promise<Asking>, now: () => number) {
    this.target = target
    this.rounds = new RouterRounds(wanted, target.every)
    this.#open = open
    this.#now = now
    this.standing = { state: 'waiting', since: now(), problem: '', lastAt: undefined }
  }

  /** A whole round. @throws {SnmpProblem} */
  async round(): Promise<RoundResult> {
    const { rounds, target } = this
    const deadline = Math.max(leastDeadline, 2 * target.every)
    const begun = this.#now()
    try {
      rounds.begin()
      for (let ask = rounds.ask(); ask !== undefined; ask = rounds.ask()) {
        if (this.#now() - begun > deadline)
          throw new SnmpProblem('no-answer', `its answers take more than ${deadline / 1000} s: set snmp.every higher`)
        await this.#askOnce(ask)
      }
      return rounds.end()
    } catch (error) {
      // The next round begins with what engine and time the router has by then.
      this.#drop()
      throw error
    }
  }

  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  async #askOnce(ask: Ask): Promise<void> {
    this.#session ??= await this.#open()
    if (this.#isClosed) throw new SnmpProblem('no-answer', 'is not asked any more')
    try {
      this.rounds.take(await this.#session.ask(ask), this.#now())
    } catch (error) {
      if (!(error instanceof SnmpProblem) || error.kind !== 'too-big' || !this.rounds.tooBig()) throw error
    }
  }

  #drop(): void {
    this.#session?.close()
    this.#session = undefined
  }
}
