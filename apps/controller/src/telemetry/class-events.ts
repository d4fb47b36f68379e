/**
 * What happened to the traffic classes of devices, from what changes between two answers of an agent. It remembers the
 * last hundred that ended, so that one which came and went between two answers is told, too.
 * @module
 */
import type { ActuationList } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'

type Actuation = ActuationList['active'][number]

interface Known {
  readonly active: ReadonlyMap<string, Actuation>
  readonly ended: ReadonlySet<string>
}

export class ClassEvents {
  /** By device; as many as are configured. */
  readonly #known = new Map<string, Known>()

  /** The events since the device's answer before; none with the first one, which may tell of any time. */
  take(device: string, { active, ended }: ActuationList): readonly EventDraft[] {
    const before = this.#known.get(device)
    const now: Known = {
      active: new Map(active.map((one) => [one.id, one])),
      ended: new Set(ended.map(({ actuation }) => actuation.id)),
    }
    this.#known.set(device, now)
    if (before === undefined) return []
    const isNew = ({ id }: Actuation): boolean => !before.active.has(id) && !before.ended.has(id)
    const endedSince = ended.filter(({ actuation }) => !before.ended.has(actuation.id))
    // An agent that was started again knows nothing of those before.
    const lost = [...before.active.values()].filter(({ id }) => !now.active.has(id) && !now.ended.has(id))
    return [
      ...[...endedSince.map(({ actuation }) => actuation), ...active].filter(isNew).map((one) => setOf(device, one)),
      ...endedSince.map(({ actuation, why }) => endOf(device, actuation, why)),
      ...lost.map((one) => endOf(device, one, 'agent-restarted')),
    ]
  }

  /** Forgets devices that are no more configured. */
  keep(devices: ReadonlySet<string>): void {
    for (const device of this.#known.keys()) if (!devices.has(device)) this.#known.delete(device)
  }
}

const fieldsOf = (device: string, { id, prefix, interface: name, class: number }: Actuation): EventDraft['fields'] => ({
  device,
  id,
  prefix,
  interface: name,
  class: number,
})

function setOf(device: string, one: Actuation): EventDraft {
  const seconds = Math.round((Date.parse(one.expiresAt) - Date.parse(one.appliedAt)) / 1000)
  return {
    event: 'route.class-set',
    subject: device,
    fields: { ...fieldsOf(device, one), owner: one.owner, seconds },
  }
}

const endOf = (device: string, one: Actuation, why: string): EventDraft => ({
  event: 'route.class-ended',
  subject: device,
  fields: { ...fieldsOf(device, one), why: why.replaceAll('-', ' ') },
})
