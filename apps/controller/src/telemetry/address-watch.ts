/** Asks the agents that the configuration names what happened to addresses of agents, and tells it as events. @module */
import { type AddressNews, addressNewsSchema } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import { AddressEvents } from './address-events.ts'
import { askInRounds, type WatchedDevice } from './ask-rounds.ts'

/**
 * Until what is returned is called; `heard` takes each whole answer, undefined for none. An agent where no address moves has
 * nothing to tell, and is asked again.
 */
export function startAddressWatch(
  devices: () => readonly WatchedDevice[],
  tell: (draft: EventDraft) => void,
  heard: (device: string, news: AddressNews | undefined) => void,
): () => void {
  const events = new AddressEvents()
  const flood = new FloodGuard()
  return askInRounds({
    path: '/v1/addresses',
    schema: addressNewsSchema,
    devices() {
      const known = devices()
      events.keep(new Set(known.map(({ name }) => name)))
      return known
    },
    take(device, news) {
      heard(device, typeof news === 'object' ? { ...news, device } : undefined)
      if (typeof news === 'object') flood.step(events.take({ ...news, device }), Date.now()).forEach(tell)
    },
  })
}
