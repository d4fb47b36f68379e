/** Asks the agents that the configuration names what became of their traffic classes, and tells it as events. @module */
import { type ActuationList, actuationListSchema } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'
import { askInRounds, type WatchedDevice } from './ask-rounds.ts'
import { ClassEvents } from './class-events.ts'

export interface ClassWatch {
  /** The traffic classes that the device's agent told of last; none before its first answer. */
  inForce(device: string): readonly ActuationList['active'][number][]
  stop(): void
}

/** Until it is stopped. Of an agent that is gone, classes are told as ended. */
export function startClassWatch(
  devices: () => readonly WatchedDevice[],
  tell: (draft: EventDraft) => void,
): ClassWatch {
  const events = new ClassEvents()
  const stop = askInRounds({
    path: '/v1/bgp/actuations',
    schema: actuationListSchema,
    devices() {
      const watched = devices().filter(({ agent }) => agent !== undefined)
      events.keep(new Set(watched.map(({ name }) => name)))
      return watched
    },
    take(device, list) {
      const now = Date.now()
      const drafts = typeof list === 'object' ? events.take(device, list, now) : events.miss(device, now, list)
      drafts.forEach(tell)
    },
  })
  return { inForce: (device) => events.inForce(device), stop }
}
