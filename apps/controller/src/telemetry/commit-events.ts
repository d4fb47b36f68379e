/**
 * What happened to the changes of routers' configurations, from what differs between two answers of an agent: it tells of
 * each commit for longer than one of them takes.
 * @module
 */
import { actorText } from '@vagus/api/actor'
import { type CommitNotice, maxNews } from '@vagus/api/southbound'
import { readTraceparent } from '@vagus/signals'
import type { EventDraft } from '../events/event-draft.ts'

export interface ToldCommits {
  readonly device: string
  /** Newest first. */
  readonly items: readonly CommitNotice[]
  /** `changes`: those that are not there are as they were. */
  readonly kind: 'all' | 'changes'
}

export class CommitEvents {
  /** By id, by device; as many as an agent keeps, of as many devices as are configured. */
  readonly #known = new Map<string, ReadonlyMap<string, CommitNotice>>()

  /** The events since the device told before; none with the first time, which may tell of any time. */
  take({ device, items, kind }: ToldCommits): readonly EventDraft[] {
    const before = this.#known.get(device)
    // What is being applied has not changed anything yet that could be told.
    const told = items.filter(({ id, state, goesBackAt }) => {
      return state !== 'pending' || goesBackAt !== null || before?.has(id) === true
    })
    const older = kind === 'changes' ? [...(before?.values() ?? [])] : []
    const all = new Map(
      [...told, ...older.filter(({ id }) => !told.some((one) => one.id === id))].map((one) => [one.id, one]),
    )
    this.#known.set(device, new Map([...all].slice(0, maxNews)))
    if (before === undefined) return []
    return told.toReversed().flatMap((commit) => {
      const last = before.get(commit.id)?.state
      if (last === commit.state) return []
      const { state } = commit
      const begun = last === undefined && state !== 'refused' ? [begunOf(device, commit)] : []
      return state === 'pending' ? begun : [...begun, endedOf[state](device, commit)]
    })
  }

  /** Newest first. */
  all(): readonly (CommitNotice & { readonly device: string })[] {
    const all = [...this.#known].flatMap(([device, commits]) =>
      [...commits.values()].map((one) => ({ device, ...one })),
    )
    return all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
  }

  /** Forgets devices that are no longer configured. */
  keep(devices: ReadonlySet<string>): void {
    for (const device of this.#known.keys()) if (!devices.has(device)) this.#known.delete(device)
  }
}

type Fields = EventDraft['fields']

const fieldsOf = (device: string, { id, by, comment }: CommitNotice): Fields => ({
  device,
  id,
  /** Other devices have commits of the same id. */
  commit: `${device}/${id}`,
  by: actorText(by),
  why: comment === '' ? 'without a reason' : comment,
})

function begunOf(device: string, commit: CommitNotice): EventDraft {
  const { added, removed } = commit
  const fields = { ...fieldsOf(device, commit), added, removed }
  // What is no traceparent must not get into the record, whose readers go by its form.
  const trace = commit.trace !== undefined && readTraceparent(commit.trace) ? { trace: commit.trace } : {}
  return { event: 'commit.begun', subject: device, fields, by: commit.by, ...trace }
}

const because = ({ problem, ended }: CommitNotice): string => problem ?? ended?.because ?? 'its agent does not say why'

const endedOf: Readonly<
  Record<Exclude<CommitNotice['state'], 'pending'>, (device: string, commit: CommitNotice) => EventDraft>
> = {
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
