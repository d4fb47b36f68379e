/** Work that is done again and again for as long as a program runs. @module */
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does `work` every `interval` milliseconds until `signal` aborts, or a round gives `enough`; a round that takes longer
 * delays the next. A problem is reported once when rounds begin to fail by it, and once when one succeeds. A round under
 * way at the end is not waited for.
 */
export async function rounds(
  interval: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
  report: (problem: string, state: 'fails' | 'over') => void,
): Promise<void> {
  let problem = ''
  for (let next = performance.now(); !signal.aborted; next = Math.max(next + interval, performance.now())) {
    try {
      const result = await doneOrAborted(work(), signal)
      if (result === 'aborted') return
      if (problem !== '') report(problem, 'over')
      problem = ''
      if (result === 'enough') return
    } catch (error) {
      const text = textOf(error)
      if (text !== problem) report(text, 'fails')
      problem = text
    }
    await sleep(Math.max(0, next + interval - performance.now()), undefined, { signal }).catch(() => undefined)
  }
}

/**
 * What `work` gives, or `aborted` once `signal` has aborted; the work goes on. A `Promise.race` with a promise of the
 * abort would keep something of every work until then.
 */
export function doneOrAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | 'aborted'> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => resolve('aborted')
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    work.finally(() => signal.removeEventListener('abort', aborted)).then(resolve, reject)
  })
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
