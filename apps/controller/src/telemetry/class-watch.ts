/** Asks the agents that the configuration names what became of their traffic classes, and tells it as events. @module */
import { type ActuationList, actuationListSchema } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'
import { type AgentAnswer, askAgent } from './ask-agent.ts'
import { ClassEvents } from './class-events.ts'

/** Milliseconds; an agent remembers a hundred that ended, and takes sixty requests a minute. */
const every = 2000

export interface WatchedDevice {
  readonly name: string
  /** Path of the agent's control socket. */
  readonly agent?: string | undefined
}

export interface ClassWatch {
  /** The traffic classes that the device's agent told of last; none before its first answer. */
  inForce(device: string): readonly ActuationList['active'][number][]
  stop(): void
}

/**
 * Until it is stopped. An agent that does not answer is asked again in the next round; of one that is gone,
 * classes are told as ended.
 */
export function startClassWatch(
  devices: () => readonly WatchedDevice[],
  tell: (draft: EventDraft) => void,
): ClassWatch {
  const events = new ClassEvents()
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void round(devices(), events, tell).finally(() => (isAsking = false))
  }, every)
  timer.unref()
  return {
    inForce: (device) => events.inForce(device),
    stop: () => clearInterval(timer),
  }
}

async function round(
  devices: readonly WatchedDevice[],
  events: ClassEvents,
  tell: (draft: EventDraft) => void,
): Promise<void> {
  const watched = devices.flatMap(({ name, agent }) => (agent === undefined ? [] : [{ name, agent }]))
  events.keep(new Set(watched.map(({ name }) => name)))
  const asked = watched.map(async ({ name, agent }) => {
    const answer = await askAgent(agent, '/v1/bgp/actuations').catch(() => undefined)
    const list = answer && listOf(answer)
    const now = Date.now()
    if (list !== undefined) events.take(name, list, now).forEach(tell)
    else events.miss(name, now, answer === undefined ? 'silent' : 'unclear').forEach(tell)
  })
  await Promise.all(asked)
}

/** Undefined where the agent answers something else. */
function listOf({ status, body }: AgentAnswer) {
  if (status !== 200) return undefined
  try {
    return actuationListSchema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
