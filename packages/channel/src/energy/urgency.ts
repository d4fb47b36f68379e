/**
 * How soon the most urgent content of a session has to be there: a path that takes fewer joules is used only if it is
 * that quick. Milliseconds.
 * @module
 */
import { type ClassSet, firstTolerant } from '../session/class-set.ts'

/** For content without a deadline, by class: those of 5QI 82, 84, 7 and 6 (3GPP TS 23.501 table 5.7.4-1). */
const budgets = [10, 30, 100, 300] as const
/** How long the most urgent content counts after it was sent: a session that changes path with each message gains nothing. */
const memory = 60_000

export class Urgency {
  #from = -Infinity
  #least = Infinity
  #before = Infinity

  /** The least time that content had lately; `Infinity`: nothing is urgent. */
  get budget(): number {
    return Math.min(this.#least, this.#before)
  }

  /** Content of `classes` waits. @param deadline the earliest, milliseconds since 1970 */
  note(classes: ClassSet, deadline: number, now: number): 'changed' | 'same' {
    const before = this.budget
    if (now - this.#from >= memory) {
      this.#before = now - this.#from >= 2 * memory ? Infinity : this.#least
      this.#least = Infinity
      this.#from = now
    }
    this.#least = Math.min(this.#least, budgetOf(classes), Math.max(deadline - now, 0))
    return this.budget === before ? 'same' : 'changed'
  }
}

function budgetOf(classes: ClassSet): number {
  for (let index = 0; index < firstTolerant; index++) if ((classes & (1 << index)) !== 0) return budgets[index]!
  return Infinity
}
