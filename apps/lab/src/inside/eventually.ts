/** Waiting for a condition. @module */
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds; a loaded machine of two cores took a tenth of it. */
export const patience = 60_000

/** Settles when `test` gives true. Rejects with `problem` when that takes too long. */
export async function eventually(problem: string, test: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`${problem} after ${patience / 1000} s`)
    await sleep(50)
  }
}
