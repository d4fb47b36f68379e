/** What is asked again until an agent has done it: accept and next question go by two streams, and either may be lost. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { NegotiationProblem } from './negotiation-problem.ts'

/**
 * The accept and the confirmation go by two streams; one that overtakes the other is asked again, milliseconds later. Twice as
 * long each time, as the agent may wait for its router.
 */
const overtakenFor = 250

/** Again while the agent is busy. @param within milliseconds for all of it @param ask takes what is left of them */
export async function untilConfirmed<Answer>(within: number, ask: (left: number) => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + within
  for (let wait = overtakenFor; ; wait *= 2) {
    const left = until - performance.now()
    try {
      return await ask(left)
    } catch (error) {
      const isEarly = error instanceof NegotiationProblem && error.code === 'BUSY' && left > 2 * wait
      if (!isEarly) throw error
    }
    await sleep(wait)
  }
}

/** Again until the agent says that it has none of that plan. @param late what is thrown when the time is over */
export async function untilReleased(
  within: number,
  ask: (left: number) => Promise<unknown>,
  late: () => NegotiationProblem,
): Promise<void> {
  const until = performance.now() + within
  for (let asked = 0; ; asked++) {
    if (asked > 1) await sleep(overtakenFor)
    const left = until - performance.now()
    if (left <= 0) throw late()
    try {
      await ask(left)
    } catch (error) {
      if (error instanceof NegotiationProblem && (error.code === 'STALE' || error.code === 'UNDONE')) return
      throw error
    }
  }
}
