/** The flow store of a controller, kept as its configuration says. @module */
import { join } from 'node:path'
import { parseDuration } from '@vagus/api/duration'
import { type FlowStore, openFlowStore } from '@vagus/store'
import type { Core } from './core.ts'
import { draftOfStoreEvent } from './events/from-flow.ts'

export async function openStore({ config, home, tell, opened }: Core): Promise<FlowStore> {
  const seconds = (text: string): number => parseDuration(text) / 1000
  const { raw, minute, fiveMinutes, hour, maxOctets } = config.store
  const store = await openFlowStore({
    folder: join(home, 'flows'),
    retention: {
      raw: seconds(raw),
      minute: seconds(minute),
      fiveMinutes: seconds(fiveMinutes),
      hour: seconds(hour),
    },
    maxOctets,
    onEvent: (event) => tell(draftOfStoreEvent(event)),
  })
  opened.defer(() => store.close())
  return store
}
