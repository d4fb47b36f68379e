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

/** Of the record that is replaced. */
export type FormerEnd = Mark | 'absent' | 'damaged'

interface Continuing {
  /** RFC 3339: when the backup was made. */
  readonly madeAt: string
  /** As the backup says; its id is 0 where there was no chain yet. */
  readonly end: Mark
  readonly former: FormerEnd
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * @param path of the control state, which nobody has open
 * @returns what is wrong with the record, for people; undefined: it holds, and goes on
 * @throws {StoreError} `newer`: a newer version wrote it; `io`: it is damaged
 */
export function continueRecord(path: string, { madeAt, end, former, now }: Continuing): string | undefined {
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
    const { id, hash } = check.at
    if (end.id > 0 && (id !== end.id || hash !== end.hash))
      return `it ends at entry ${id}, and the backup is of one that ends at ${end.id}`
    eventKeeper(control, identityCrypto).append(continuation({ id: last, madeAt, former, now }))
    return undefined
  } finally {
    control.close()
  }
}

function continuation({ id, madeAt, former, now }: Omit<Continuing, 'end'> & { readonly id: number }): Event {
  return {
    id: id + 1,
    at: new Date(now).toISOString(),
    event: continuedEvent,
    severity: sentences[continuedEvent].severity,
    subject: '',
    fields: { madeAt, after: id, former: formerText(former) },
    by: operator,
  }
}

function formerText(former: FormerEnd): string {
  if (former === 'absent') return 'there was no other before'
  if (former === 'damaged') return 'the one before could not be read, and was put aside'
  return `the one before ended at entry ${former.id} with the hash ${former.hash}, and was put aside`
}
