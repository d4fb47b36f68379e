/** What callers tried at routers and may not, as events: each telling of an agent once. @module */
import { actorText } from '@vagus/api/actor'
import type { AttemptNotice } from '@vagus/api/southbound'
import type { EventDraft } from '../events/event-draft.ts'

/** Ids that are remembered of a device; an agent keeps fewer. */
const maxKnown = 256

export class AttemptEvents {
  /** Ids by device. */
  readonly #known = new Map<string, Set<string>>()

  /** The events since the device told before; none with the first time, which may tell of any time. */
  take(device: string, attempts: readonly AttemptNotice[]): readonly EventDraft[] {
    const before = this.#known.get(device)
    const known = before ?? new Set<string>()
    this.#known.set(device, known)
    const told = attempts.filter(({ id }) => !known.has(id))
    for (const { id } of told) known.add(id)
    for (const id of known) if (known.size > maxKnown) known.delete(id)
    return before === undefined ? [] : told.map((one) => eventOf(device, one))
  }

  /** Forgets devices that are no longer configured. */
  keep(devices: ReadonlySet<string>): void {
    for (const device of this.#known.keys()) if (!devices.has(device)) this.#known.delete(device)
  }
}

const eventOf = (device: string, { by, what, problem, count }: AttemptNotice): EventDraft => ({
  event: 'attempt.refused',
  subject: device,
  fields: { device, by: actorText(by), what, problem, count },
  by,
})
