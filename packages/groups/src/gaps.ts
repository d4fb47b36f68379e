/**
 * Gaps that a member tells of in the log of another. Its stub proves that there were messages, not that they are gone: each
 * member can make one of any message that it has. So whoever else has them gets the time to give them.
 * @module
 */
import type { Stub } from './entry.ts'
import { gapAfter } from './limits.ts'

interface Told {
  readonly stub: Stub
  /** When it is believed, milliseconds since 1970. */
  readonly at: number
}

export class Gaps {
  /** By names of logs that are known here. */
  readonly #told = new Map<string, Told>()

  /** @param now milliseconds since 1970 */
  tell(log: string, stub: Stub, now: number): void {
    const before = this.#told.get(log)
    // The shortest one: what is behind it may be there yet.
    if (before === undefined) this.#told.set(log, { stub, at: now + gapAfter })
    else if (stub.seq < before.stub.seq) this.#told.set(log, { ...before, stub })
  }

  /** Messages of the log come, up to `have` so far: whoever gives them may have the next, too. */
  goesOn(log: string, have: number, now: number): void {
    const told = this.#told.get(log)
    if (told === undefined) return
    if (have >= told.stub.seq) this.#told.delete(log)
    else this.#told.set(log, { ...told, at: now + gapAfter })
  }

  /** Those that nobody filled; they are told once. */
  takeDue(now: number): readonly Stub[] {
    const due: Stub[] = []
    for (const [log, { stub, at }] of this.#told)
      if (now >= at) {
        due.push(stub)
        this.#told.delete(log)
      } else if (at > now + gapAfter) this.#told.set(log, { stub, at: now + gapAfter }) // the clock was set back
    return due
  }

  /** When there is something to believe, milliseconds since 1970. */
  get wakeAt(): number {
    return Math.min(Infinity, ...[...this.#told.values()].map(({ at }) => at))
  }
}
