/** A negotiation of Line.Part whose other side is the test: it asks once, and accepts what is answered. @module */
import type { Offer, Outcome } from '@vagus/asa'
import type { Run } from '@vagus/grasp'
import type { LineOffer } from '@vagus/grasp/objectives'
import type { Responder } from '../../src/leases/responder.ts'

export interface Asked {
  /** Of a decline, its text. */
  readonly outcome: string
  /** What the responder offered. */
  readonly answer: LineOffer | undefined
}

/** @param then what the initiator does with the answer */
export async function askLine(
  take: (negotiation: Responder<LineOffer>) => Promise<void>,
  first: LineOffer,
  { run = 'live', then = 'accept' }: { readonly run?: Run; readonly then?: 'accept' | 'decline' } = {},
): Promise<Asked> {
  const outcome = Promise.withResolvers<Outcome<LineOffer>>()
  const over = Promise.withResolvers<IteratorResult<Offer<LineOffer>, undefined>>()
  let answer: LineOffer | undefined
  let isTaken = false
  const end = (how: Outcome<LineOffer>): void => {
    outcome.resolve(how)
    over.resolve({ done: true, value: undefined })
  }
  const negotiation: Responder<LineOffer> = {
    run,
    outcome: outcome.promise,
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (isTaken) return over.promise
        isTaken = true
        return Promise.resolve({ done: false, value: { value: first, loopCount: 6 } })
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    }),
    offer: (value) => {
      answer = value
      end(then === 'accept' ? { outcome: 'accepted', value } : { outcome: 'declined', reason: undefined })
    },
    wait: () => undefined,
    accept: () => end({ outcome: 'accepted', value: first }),
    decline: (reason) => end({ outcome: 'declined', reason }),
  }
  await take(negotiation)
  const how = await outcome.promise
  return { outcome: how.outcome === 'accepted' ? 'accepted' : (how.reason ?? 'declined'), answer }
}
