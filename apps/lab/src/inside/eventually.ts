/** Waiting for a condition. @module */
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds; a loaded machine of two cores took a tenth of it. */
export const patience = 60_000

interface Limits {
  /** Milliseconds that it may take; default `patience`. */
  readonly within?: number
  /** What was said last, for the message. */
  readonly lastWord?: () => string
}

/** Settles when `test` gives true. Rejects with `problem`, and the last word, when that takes too long. */
export async function eventually(
  problem: string,
  test: () => Promise<boolean>,
  { within = patience, lastWord }: Limits = {},
): Promise<void> {
  const deadline = performance.now() + within
  while (!(await test())) {
    if (performance.now() > deadline) {
      const last = lastWord === undefined ? '' : `: ${lastWord()}`
      throw new Error(`${problem} after ${within / 1000} s${last}`)
    }
    await sleep(50)
  }
}
