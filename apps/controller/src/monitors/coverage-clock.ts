/** Asks once a minute how much of the traffic flows saw, for the coverage of answers from the store. @module */
import type { Coverage } from '@vagus/analytics'
import type { CoverageHistory } from '../domain/coverage-history.ts'

const minute = 60_000

/** `measure` gives the coverage of the last `seconds`. Returns what stops it. */
export function startCoverageClock(
  history: CoverageHistory,
  measure: (seconds: number) => Promise<Coverage>,
): () => void {
  const timer = setInterval(() => {
    measure(minute / 1000).then(
      ({ window, flowBitsPerSecond: flow, counterBitsPerSecond: counter, interfaces }) => {
        if (interfaces > 0) history.add({ from: window.from, to: window.to, flow, counter })
      },
      () => undefined, // a minute without an answer is a minute that is not known
    )
  }, minute)
  return () => clearInterval(timer)
}
