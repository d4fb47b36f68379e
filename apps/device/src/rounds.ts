/** Work that is done again and again for as long as a program runs. @module */
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does `work` every `interval` milliseconds until `signal` aborts; a round that takes longer delays the next. A round that
 * fails is reported once, until one succeeds. One under way at the end is not waited for.
 */
export async function rounds(
  interval: number,
  signal: AbortSignal,
  work: () => Promise<void>,
  report: (problem: string) => void,
): Promise<void> {
  let problem = ''
  for (let next = performance.now(); !signal.aborted; next = Math.max(next + interval, performance.now())) {
    try {
      await doneOrAborted(work(), signal)
      problem = ''
    } catch (error) {
      const text = textOf(error)
      if (text !== problem) report(text)
      problem = text
    }
    await sleep(Math.max(0, next + interval - performance.now()), undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Fulfilled once `work` is, or once `signal` has aborted; the work goes on. A `Promise.race` with a promise of the abort
 * would keep something of every work until then.
 */
export function doneOrAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => resolve()
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    work.finally(() => signal.removeEventListener('abort', aborted)).then(resolve, reject)
  })
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
