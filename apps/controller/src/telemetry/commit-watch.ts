/**
 * What AI agents do at routers, as events and as a list. Agents of devices tell it over their sessions, wherever they are;
 * those that do not, and whose control socket the configuration names, are asked.
 * @module
 */
import { type CommitNotice, type SouthboundNews, southboundNewsSchema } from '@vagus/api/southbound'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import { askAgent } from './ask-agent.ts'
import type { WatchedDevice } from './class-watch.ts'
import { AttemptEvents } from './attempt-events.ts'
import { CommitEvents } from './commit-events.ts'

/** Milliseconds; the shortest commit holds for ten seconds. */
const every = 2000

export interface TellingDevice extends WatchedDevice {
  /** Of its agent, where a controller steers by it. */
  readonly id?: string | undefined
}

export interface CommitWatch {
  /** Of the agent with that id; the first of an exchange says all that there is. @throws {Error} where it is of no device */
  told(id: string, news: SouthboundNews, kind: 'all' | 'changes'): void
  /** That agent tells nothing any more. */
  silent(id: string): void
  /** As they were told last, newest first. */
  commits(): readonly (CommitNotice & { readonly device: string })[]
  stop(): void
}

/** Events of one name and device within a minute: more than an operator reads; those beyond are counted. */
const eventsPerMinute = 30

/** Until it is stopped. An agent that does not answer, or lets nobody change its router, is asked again in the next round. */
export function startCommitWatch(
  devices: () => readonly TellingDevice[],
  tell: (draft: EventDraft) => void,
  now: () => number = Date.now,
): CommitWatch {
  const commits = new CommitEvents()
  const attempts = new AttemptEvents()
  /** Ids of agents that tell by themselves: what a slower answer says is older. */
  const telling = new Set<string>()
  /** By device: none displaces what others tell. */
  const floods = new Map<string, FloodGuard>()
  const take = (device: string, news: SouthboundNews, kind: 'all' | 'changes'): void => {
    const flood = floods.get(device) ?? new FloodGuard(eventsPerMinute)
    floods.set(device, flood)
    // Its name is that of the configuration, whatever the agent is called.
    const drafts = [...commits.take({ device, items: news.commits, kind }), ...attempts.take(device, news.attempts)]
    flood.step(drafts, now()).forEach(tell)
  }
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    const known = new Set(devices().map(({ name }) => name))
    commits.keep(known)
    attempts.keep(known)
    for (const device of floods.keys()) if (!known.has(device)) floods.delete(device)
    const asked = devices().filter(({ id }) => id === undefined || !telling.has(id))
    void round(asked, (device, news) => take(device, news, 'all')).finally(() => (isAsking = false))
  }, every)
  timer.unref()
  return {
    told(id, news, kind) {
      const device = devices().find((one) => one.id === id)
      if (device === undefined) throw new Error(`devices.id of this controller has no ${id}`)
      telling.add(id)
      take(device.name, news, kind)
    },
    silent: (id) => void telling.delete(id),
    commits: () => commits.all(),
    stop: () => clearInterval(timer),
  }
}

async function round(
  devices: readonly WatchedDevice[],
  take: (device: string, news: SouthboundNews) => void,
): Promise<void> {
  await Promise.all(
    devices.map(async ({ name, agent }) => {
      if (agent === undefined) return
      const answer = await askAgent(agent, '/v1/southbound-news').catch(() => undefined)
      if (answer?.status !== 200) return
      const news = newsIn(answer.body)
      if (news !== undefined) take(name, news)
    }),
  )
}

/** Undefined for what is none. */
export function newsIn(text: string): SouthboundNews | undefined {
  try {
    return southboundNewsSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
