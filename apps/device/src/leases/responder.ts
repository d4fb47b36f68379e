/** What all negotiations of the device agent as a responder share. @module */
import type { Negotiation } from '@vagus/asa'
import { type Decline, decline } from '@vagus/grasp/objectives'
import type { Clock } from '../clock.ts'
import { textOf } from '../rounds.ts'

/** What is needed of a negotiation of `@vagus/asa`. */
export type Responder<Offer> = Pick<
  Negotiation<Offer>,
  'run' | 'offer' | 'wait' | 'accept' | 'decline' | 'outcome' | typeof Symbol.asyncIterator
>

/** Milliseconds of thinking after which the other side is asked to wait, once in a turn, and for how long. */
const patience = { before: 1000, asked: 30_000 } as const

/** `answer`, for which the other side is asked to wait if it takes long. What it throws is a decline. */
export async function patiently<Answer>(
  answer: Promise<Answer>,
  negotiation: Pick<Responder<never>, 'wait'>,
  clock: Clock,
): Promise<Answer | Decline> {
  const stop = clock.after(patience.before, () => {
    try {
      negotiation.wait(patience.asked)
    } catch {
      // it is over, as the end of its offers will say
    }
  })
  try {
    return await answer
  } catch (error) {
    return decline('RESOURCE', textOf(error)) // an interface that is gone, or what kernel or router refuse
  } finally {
    stop()
  }
}
