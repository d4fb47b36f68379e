/**
 * Says why calls of local programs failed. Their SDKs mostly say a status alone, and the reason in the answer is then
 * seen by nobody. @module
 */
import { type Problem, reasonOf } from '../wire/problem.ts'

/** Milliseconds in which a line is told once: programs try again and again. */
const quietFor = 60_000
/** Lines in that time. Further ones are not told: a program may call any number of names. */
const maxLines = 10

/** That a program gave up, and that the side-car ends, is known to whoever did so. */
const untold: ReadonlySet<string> = new Set(['cancelled', 'closed'])

export class ProblemTeller {
  readonly #report: (line: string) => void
  readonly #told = new Set<string>()
  #since = -Infinity

  /** @param report takes a line for people */
  constructor(report: (line: string) => void) {
    this.#report = report
  }

  /** @param agent that was called, as the program wrote it @param now milliseconds, by any clock that goes on */
  tell(agent: string, problem: Problem, now: number): void {
    const reason = reasonOf(problem)
    if (untold.has(reason)) return
    if (now - this.#since >= quietFor) {
      this.#told.clear()
      this.#since = now
    }
    const line = `a call to ${agent} failed: ${problem.detail} (${reason})`
    if (this.#told.has(line) || this.#told.size >= maxLines) return
    this.#told.add(line)
    this.#report(line)
  }
}
