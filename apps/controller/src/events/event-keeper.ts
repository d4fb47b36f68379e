/** The event log's place in the control state, where each event is chained to the one before it. @module */
import type { Actor, Event, EventName } from '@vagus/api'
import { beginning, entryHash } from '@vagus/audit'
import type { IdentityCrypto } from '@vagus/identity'
import type { ControlStore, StoredEvent } from '@vagus/store'
import type { EventKeeper } from './event-log.ts'

type Kept = Pick<ControlStore, 'appendEvent' | 'newestEvents'>

/** A chain that has no event yet begins anew; so it does after events of before there was one. */
export function eventKeeper(control: Kept, crypto: Pick<IdentityCrypto, 'sha256'>): EventKeeper {
  let last = control.newestEvents(1).at(-1)?.hash ?? beginning.hash
  return {
    load: (limit) => control.newestEvents(limit).map(eventOf),
    append(event) {
      const { hash: _, by, trace, ...plain } = event
      const traced = trace === undefined ? plain : { ...plain, trace }
      const hash = entryHash(last, { ...traced, ...(by === undefined ? {} : { by }) }, crypto)
      control.appendEvent({ ...traced, by, at: Date.parse(event.at), hash })
      last = hash
      return hash
    },
  }
}

/** As it was when it was written, with its hash. */
export function eventOf({ id, at, event, severity, subject, fields, by, trace, hash }: StoredEvent): Event {
  return {
    id,
    at: timeText(at),
    event: event as EventName, // sound: written by `append`; a name that is no more shows as its fields
    severity: severity as Event['severity'],
    subject,
    fields: { ...fields },
    ...(trace === undefined ? {} : { trace }),
    ...(by === undefined ? {} : { by: by as Actor }), // sound: written by `append`
    ...(hash === undefined ? {} : { hash }),
  }
}

/** What somebody else wrote into the file may be no time. */
const timeText = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at))
