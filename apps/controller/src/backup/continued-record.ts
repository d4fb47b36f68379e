/**
 * The record of a restored state: checked from its begin to its end, and continued by an entry that says where it comes
 * from. So nobody takes a record that went back for one that somebody made shorter.
 * @module
 */
import { type Event, sentences } from '@vagus/api'
import { operator } from '@vagus/api/actor'
import { ChainCheck, continuedEvent, type Mark } from '@vagus/audit'
import type { JsonValue } from '@vagus/identity'
import { openControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import { eventKeeper, eventOf } from '../events/event-keeper.ts'

const pageSize = 500

/**
 * @param path of the control state, which nobody has open @param former the end of the record that it replaces, if there
 * was one @param now milliseconds since 1970
 * @returns what is wrong with the record, for people; undefined: it holds, and goes on
 * @throws {StoreError} `newer`: a newer version wrote it; `io`: it is damaged
 */
export function continueRecord(
  path: string,
  { madeAt, former, now }: { readonly madeAt: string; readonly former: Mark | undefined; readonly now: number },
): string | undefined {
  const control = openControlStore({ path })
  try {
    const check = new ChainCheck(control.eventChainAfter(), identityCrypto)
    let last = check.at.id
    for (;;) {
      const events = control.eventsAfter(last, pageSize).map(eventOf)
      if (events.length === 0) break
      for (const event of events) {
        const problem = check.take(event as unknown as JsonValue) // an event is made of texts, numbers, and an actor
        if (problem !== undefined) return problem
      }
      last = events.at(-1)!.id
    }
    eventKeeper(control, identityCrypto).append(continuation({ id: last, madeAt, former, now }))
    return undefined
  } finally {
    control.close()
  }
}

function continuation(parts: {
  readonly id: number
  readonly madeAt: string
  readonly former: Mark | undefined
  readonly now: number
}): Event {
  const { id, madeAt, former, now } = parts
  const was =
    former === undefined
      ? 'there was no other before'
      : `the one before ended at entry ${former.id} with the hash ${former.hash}, and was put aside`
  return {
    id: id + 1,
    at: new Date(now).toISOString(),
    event: continuedEvent,
    severity: sentences[continuedEvent].severity,
    subject: '',
    fields: { madeAt, after: id, former: was },
    by: operator,
  }
}
