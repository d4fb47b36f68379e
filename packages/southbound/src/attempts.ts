/**
 * What callers tried and may not: the first attempt of a caller is told at once, those that follow together once a window,
 * with their number, so that an agent that tries things is seen and one that tries them in a loop fills no record.
 * @module
 */

export interface Attempt<By> {
  readonly by: By
  /** What it tried, such as a line of configuration. */
  readonly what: string
  /** Why it may not. */
  readonly problem: string
}

/** Of one caller; the last of them by its words. */
export interface RefusedAttempts<By> extends Attempt<By> {
  readonly count: number
  /** Of the first and the last of them, milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

export const attemptLimits = {
  /** Callers that are counted each by itself; those beyond them are counted together, under the last one's name. */
  callers: 64,
  /** Milliseconds from one telling of a caller to the next. */
  window: 60_000,
  /** Characters of `what` and `problem`; what is longer is cut. */
  characters: 300,
} as const

interface Counted<By> {
  /** When the next may be told. */
  until: number
  untold: RefusedAttempts<By> | undefined
}

/** Of all callers beyond the limit; no caller's key. */
const others = Symbol('others')

export class AttemptTally<By> {
  readonly #counted = new Map<string | typeof others, Counted<By>>()

  /** @param caller the same for the same caller; what is to be told now, if it is the first */
  take(caller: string, attempt: Attempt<By>, now: number): RefusedAttempts<By> | undefined {
    this.#forget(now)
    const isKnown = this.#counted.has(caller) || this.#counted.size < attemptLimits.callers
    const key = isKnown ? caller : others
    const counted = this.#counted.get(key)
    if (counted === undefined) {
      this.#counted.set(key, { until: now + attemptLimits.window, untold: undefined })
      return { ...cut(attempt), count: 1, from: now, to: now }
    }
    const { count, from } = counted.untold ?? { count: 0, from: now }
    counted.untold = { ...cut(attempt), count: count + 1, from, to: now }
    return undefined
  }

  /** What has been counted for a window, to be called now and then. */
  due(now: number): readonly RefusedAttempts<By>[] {
    const due: RefusedAttempts<By>[] = []
    for (const counted of this.#counted.values()) {
      if (counted.until > now || counted.untold === undefined) continue
      due.push(counted.untold)
      counted.until = now + attemptLimits.window
      counted.untold = undefined
    }
    this.#forget(now)
    return due
  }

  /** A caller that was quiet for a window is told of at once again. */
  #forget(now: number): void {
    for (const [key, { until, untold }] of this.#counted)
      if (until <= now && untold === undefined) this.#counted.delete(key)
  }
}

const cut = <By>({ by, what, problem }: Attempt<By>): Attempt<By> => ({
  by,
  what: short(what),
  problem: short(problem),
})

const short = (text: string): string =>
  text.length > attemptLimits.characters ? `${text.slice(0, attemptLimits.characters - 1)}…` : text
