/** Asks the agents that the configuration names what happened to addresses of agents, and tells it as events. @module */
import { addressNewsSchema } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import { AddressEvents } from './address-events.ts'
import { askAgent } from './ask-agent.ts'
import type { WatchedDevice } from './class-watch.ts'

/** Milliseconds; an agent remembers the last hundred things. */
const every = 2000

/** Until it is stopped. An agent that does not answer, or where no address moves, is asked again in the next round. */
export function startAddressWatch(
  devices: () => readonly WatchedDevice[],
  tell: (draft: EventDraft) => void,
): { readonly stop: () => void } {
  const events = new AddressEvents()
  const flood = new FloodGuard()
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void round(devices(), events, (drafts) => flood.step(drafts, Date.now()).forEach(tell)).finally(
      () => (isAsking = false),
    )
  }, every)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function round(
  devices: readonly WatchedDevice[],
  events: AddressEvents,
  tell: (drafts: readonly EventDraft[]) => void,
): Promise<void> {
  events.keep(new Set(devices.map(({ name }) => name)))
  await Promise.all(
    devices.map(async ({ name, agent }) => {
      if (agent === undefined) return
      const answer = await askAgent(agent, '/v1/addresses').catch(() => undefined)
      if (answer?.status !== 200) return
      const list = addressNewsSchema.safeParse(parsed(answer.body)).data
      // Its name is that of the configuration, whatever the agent is called.
      if (list !== undefined) tell(events.take({ ...list, device: name }))
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
