/** Asks the agents that the configuration names what was committed in their routers, and tells it as events. @module */
import { commitListSchema } from '@vagus/api/southbound'
import type { EventDraft } from '../events/event-draft.ts'
import { askAgent } from './ask-agent.ts'
import type { WatchedDevice } from './class-watch.ts'
import { CommitEvents } from './commit-events.ts'

/** Milliseconds; the shortest commit holds for ten seconds. */
const every = 2000

/** Until it is stopped. An agent that does not answer, or lets nobody change its router, is asked again in the next round. */
export function startCommitWatch(
  devices: () => readonly WatchedDevice[],
  tell: (draft: EventDraft) => void,
): { readonly stop: () => void } {
  const events = new CommitEvents()
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void round(devices(), events, tell).finally(() => (isAsking = false))
  }, every)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function round(
  devices: readonly WatchedDevice[],
  events: CommitEvents,
  tell: (draft: EventDraft) => void,
): Promise<void> {
  events.keep(new Set(devices.map(({ name }) => name)))
  await Promise.all(
    devices.map(async ({ name, agent }) => {
      if (agent === undefined) return
      const answer = await askAgent(agent, '/v1/commits').catch(() => undefined)
      if (answer?.status !== 200) return
      const list = commitListSchema.safeParse(parsed(answer.body)).data
      // Its name is that of the configuration, whatever the agent is called.
      if (list !== undefined) events.take({ ...list, device: name }).forEach(tell)
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
