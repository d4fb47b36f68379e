/** What happened to the addresses of agents at devices, from what is new between two answers of a device's agent. @module */
import type { AddressNews } from '@vagus/api/telemetry'
import type { EventDraft } from '../events/event-draft.ts'

interface Known {
  readonly startedAt: string
  /** Of the last thing that was told. */
  readonly number: number
}

export class AddressEvents {
  /** By device; as many as are configured. */
  readonly #known = new Map<string, Known>()

  /** The events since the device's answer before; none with the first one, which may tell of any time. */
  take({ device, startedAt, items }: AddressNews): readonly EventDraft[] {
    const before = this.#known.get(device)
    this.#known.set(device, { startedAt, number: items.at(-1)?.number ?? 0 })
    if (before === undefined) return []
    const last = before.startedAt === startedAt ? before.number : 0
    return items.filter(({ number }) => number > last).map((one) => eventOf(device, one))
  }

  /** Forgets devices that are no longer configured. */
  keep(devices: ReadonlySet<string>): void {
    for (const device of this.#known.keys()) if (!devices.has(device)) this.#known.delete(device)
  }
}

/** The agent signed that it is attached or detached; the rest comes to pass by itself. */
function eventOf(device: string, { what, agent, ...one }: AddressNews['items'][number]): EventDraft {
  const { address, interface: link, nextHop, sequence } = one
  const isSigned = what === 'attached' || what === 'detached'
  return {
    event: `address.${what}`,
    subject: device,
    fields: { device, address, agent, interface: link, nextHop, sequence },
    ...(isSigned ? { by: { kind: 'agent', id: agent, name: null } } : {}),
  }
}
