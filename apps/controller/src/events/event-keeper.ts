/** The event log's place in the control state. @module */
import type { Actor, Event, EventName } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import type { EventKeeper } from './event-log.ts'

export function eventKeeper(control: ControlStore): EventKeeper {
  return {
    load: (limit) =>
      control.newestEvents(limit).map(({ by, ...stored }) => ({
        ...stored,
        ...(by === undefined ? {} : { by: by as Actor }), // sound: written by `append`
        at: new Date(stored.at).toISOString(),
        event: stored.event as EventName, // sound: written by `append`; a name that is no more shows as its fields
        severity: stored.severity as Event['severity'],
        fields: { ...stored.fields },
      })),
    append: (event) => control.appendEvent({ ...event, at: Date.parse(event.at) }),
  }
}
