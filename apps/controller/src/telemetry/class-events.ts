/**
 * What happened to the traffic classes of devices, from what changes between two answers of an agent. It remembers the
 * last hundred that ended, so that one which came and went between two answers is told, too.
 * @module
 */
import { type Actor, controller, operator } from '@vagus/api/actor'
import { steeringOwner } from '@vagus/api/steering'
import type { ActuationList } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'

type Actuation = ActuationList['active'][number]

/**
 * Milliseconds without an answer after which an agent counts as gone: its router drops what it announced when its session's
 * hold time of 9 s is over; the rest is for questions that come late.
 */
const goneAfter = 15_000

interface Known {
  readonly active: ReadonlyMap<string, Actuation>
  readonly ended: ReadonlySet<string>
  /** When it answered last, in milliseconds since 1970. */
  readonly at: number
}

export class ClassEvents {
  /** By device; as many as are configured. */
  readonly #known = new Map<string, Known>()

  /** The events since the device's answer before; none with the first one, which may tell of any time. */
  take(device: string, { active, ended }: ActuationList, now: number): readonly EventDraft[] {
    const before = this.#known.get(device)
    const known: Known = {
      active: new Map(active.map((one) => [one.id, one])),
      ended: new Set(ended.map(({ actuation }) => actuation.id)),
      at: now,
    }
    this.#known.set(device, known)
    if (before === undefined) return []
    const endedSince = ended
      .map(({ actuation, why }) => ({ one: actuation, why }))
      .filter(({ one }) => !before.ended.has(one.id))
    // Of an agent that was taken for gone, what is still in force is told as set again.
    const isNew = ({ id }: Actuation): boolean => !before.active.has(id)
    // An agent that was started again knows nothing of those before.
    const lost = [...before.active.values()].filter(({ id }) => !known.active.has(id) && !known.ended.has(id))
    return [
      ...[...endedSince.map(({ one }) => one), ...active].filter(isNew).map((one) => setOf(device, one)),
      ...endedSince.map(({ one, why }) => endOf(device, one, why)),
      ...lost.map((one) => endOf(device, one, 'agent-restarted')),
    ]
  }

  /**
   * What is over of a device whose agent was `silent`, or did not say it in words that are known (`unclear`): what lasted
   * its time, and everything once a silent agent is gone.
   */
  miss(device: string, now: number, answer: 'silent' | 'unclear' = 'silent'): readonly EventDraft[] {
    const known = this.#known.get(device)
    if (known === undefined) return []
    const isGone = answer === 'silent' && now - known.at >= goneAfter
    const over = [...known.active.values()].flatMap((one) => {
      if (Date.parse(one.expiresAt) <= now) return [{ one, why: 'expired' }]
      return isGone ? [{ one, why: 'agent-gone' }] : []
    })
    const ids = new Set(over.map(({ one }) => one.id))
    const active = new Map([...known.active].filter(([id]) => !ids.has(id)))
    // Remembered as ended, so that an agent that was only slow does not report it again.
    this.#known.set(device, { ...known, active, ended: known.ended.union(ids) })
    return over.map(({ one, why }) => endOf(device, one, why))
  }

  /**
   * What is in force as the agent told last; nothing of a device whose agent is gone. When classes end is for the agent to
   * say: its clock is steady, and ours may have been set since.
   */
  inForce(device: string): readonly Actuation[] {
    return [...(this.#known.get(device)?.active.values() ?? [])]
  }

  /** Forgets devices that are no longer configured. */
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
    by: askerOf(one),
  }
}

/** Only whoever asked for it undoes it. */
const endOf = (device: string, one: Actuation, why: string): EventDraft => ({
  event: 'route.class-ended',
  subject: device,
  fields: { ...fieldsOf(device, one), why: why.replaceAll('-', ' ') },
  ...(why === 'undone' ? { by: askerOf(one) } : {}),
})

/** Who may use the agent's own socket is its operator; what was negotiated has a name of its own. */
const askerOf = ({ owner }: Actuation): Actor => (owner === steeringOwner ? controller : operator)
