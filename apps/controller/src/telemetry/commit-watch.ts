/**
 * What AI agents do at routers, as events and as a list. Agents of devices tell it over their sessions, wherever they are;
 * those that do not, and whose control socket the configuration names, are asked.
 * @module
 */
import { type CommitNotice, type SouthboundNews, southboundNewsSchema } from '@vagus/api/southbound'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import { askInRounds, type WatchedDevice } from './ask-rounds.ts'
import { AttemptEvents } from './attempt-events.ts'
import { CommitEvents } from './commit-events.ts'

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

/** Until it is stopped. An agent that lets nobody change its router has nothing to tell, and is asked again. */
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
    const drafts = [...commits.take({ device, items: news.commits, kind }), ...attempts.take(device, news.attempts)]
    flood.step(drafts, now()).forEach(tell)
  }
  const stop = askInRounds({
    path: '/v1/southbound-news',
    schema: southboundNewsSchema,
    devices() {
      const all = devices()
      const known = new Set(all.map(({ name }) => name))
      commits.keep(known)
      attempts.keep(known)
      for (const device of floods.keys()) if (!known.has(device)) floods.delete(device)
      return all.filter(({ id }) => id === undefined || !telling.has(id))
    },
    take(device, news) {
      if (typeof news === 'object') take(device, news, 'all')
    },
  })
  return {
    told(id, news, kind) {
      const device = devices().find((one) => one.id === id)
      if (device === undefined) throw new Error(`devices.id of this controller has no ${id}`)
      telling.add(id)
      take(device.name, news, kind)
    },
    silent: (id) => void telling.delete(id),
    commits: () => commits.all(),
    stop,
  }
}
