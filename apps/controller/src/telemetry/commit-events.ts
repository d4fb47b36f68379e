/**
 * What happened to the changes of routers' configurations, from what differs between two answers of an agent: it tells of
 * each commit for longer than one of them takes.
 * @module
 */
import { actorText } from '@vagus/api/actor'
import type { Commit, CommitList } from '@vagus/api/southbound'
import type { EventDraft } from '../events/event-draft.ts'

export class CommitEvents {
  /** State by id, by device; as many as an agent keeps, of as many devices as are configured. */
  readonly #known = new Map<string, ReadonlyMap<string, Commit['state']>>()

  /** The events since the device's answer before; none with the first one, which may tell of any time. */
  take({ device, items }: CommitList): readonly EventDraft[] {
    const before = this.#known.get(device)
    // What is being applied has not changed anything yet that could be told.
    const told = items.filter(({ id, state, goesBackAt }) => {
      return state !== 'pending' || goesBackAt !== null || before?.has(id) === true
    })
    this.#known.set(device, new Map(told.map(({ id, state }) => [id, state])))
    if (before === undefined) return []
    return told.toReversed().flatMap((commit) => {
      const last = before.get(commit.id)
      if (last === commit.state) return []
      const { state } = commit
      const begun = last === undefined && state !== 'refused' ? [begunOf(device, commit)] : []
      return state === 'pending' ? begun : [...begun, endedOf[state](device, commit)]
    })
  }

  /** Forgets devices that are no longer configured. */
  keep(devices: ReadonlySet<string>): void {
    for (const device of this.#known.keys()) if (!devices.has(device)) this.#known.delete(device)
  }
}

type Fields = EventDraft['fields']

const fieldsOf = (device: string, { id, by, comment }: Commit): Fields => ({
  device,
  id,
  /** Other devices have commits of the same id. */
  commit: `${device}/${id}`,
  by: actorText(by),
  why: comment === '' ? 'without a reason' : comment,
})

function begunOf(device: string, commit: Commit): EventDraft {
  const { added, removed } = commit
  const fields = { ...fieldsOf(device, commit), added: added.length, removed: removed.length }
  return { event: 'commit.begun', subject: device, fields, by: commit.by }
}

const because = ({ problem, ended }: Commit): string => problem ?? ended?.because ?? 'its agent does not say why'

const endedOf: Readonly<Record<Exclude<Commit['state'], 'pending'>, (device: string, commit: Commit) => EventDraft>> = {
  confirmed: (device, commit) => {
    const confirmer = commit.ended?.by ?? null
    const fields = { ...fieldsOf(device, commit), confirmer: confirmer === null ? 'nobody' : actorText(confirmer) }
    return { event: 'commit.confirmed', subject: device, fields, by: confirmer ?? undefined }
  },
  reverted: (device, commit) => ({
    event: 'commit.reverted',
    subject: device,
    fields: { ...fieldsOf(device, commit), because: because(commit) },
    by: commit.ended?.by ?? undefined,
  }),
  refused: (device, commit) => ({
    event: 'commit.refused',
    subject: device,
    fields: { ...fieldsOf(device, commit), because: because(commit) },
    by: commit.by,
  }),
  stuck: (device, commit) => ({
    event: 'commit.stuck',
    subject: device,
    fields: { ...fieldsOf(device, commit), because: because(commit) },
  }),
}
