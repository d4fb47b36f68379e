/**
 * What the agents of devices make of the set: each is asked over the connection with it, whose id it has proved, so that none
 * speaks for another (objective IntentStatus). After a new set they are asked every second until they have it.
 * @module
 */
import type { ServiceAgent } from '@vagus/asa'
import { type IntentStatus, intentStatus } from '@vagus/grasp/objectives'

export interface AskedDevice {
  readonly name: string
  /** Of its agent. */
  readonly id: string
}

export interface DeviceStatusesParts {
  /** Undefined where the configuration has no `agent`. */
  readonly asa: () => Pick<ServiceAgent, 'synchronize'> | undefined
  readonly connectedSince: (id: string) => number | undefined
  /** By the configuration of the moment. */
  readonly devices: () => readonly AskedDevice[]
  /** Epoch and owner of the set in force; undefined: none. */
  readonly set: () => { readonly owner: string; readonly epoch: number } | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface DeviceStatus {
  readonly status: IntentStatus
  /** When it said so, milliseconds since 1970. */
  readonly at: number
}

/** Devices that are asked at a time. */
const maxAsking = 64
/** Milliseconds: how often one that has the set is asked, one that has not yet, and one that does not answer. */
const usualEvery = 5000
const lateEvery = 1000
const silentEvery = 15_000
const answerWithin = 5000

export class DeviceStatuses {
  readonly #parts: DeviceStatusesParts
  readonly #known = new Map<string, DeviceStatus>()
  readonly #nextAt = new Map<string, number>()
  /** Since when each was connected when it was asked last: one that is back is asked at once. */
  readonly #since = new Map<string, number>()
  readonly #asking = new Set<string>()

  constructor(parts: DeviceStatusesParts) {
    this.#parts = parts
  }

  /** Of the device, while it is connected; undefined: it says nothing. */
  of(device: AskedDevice): DeviceStatus | undefined {
    return this.#parts.connectedSince(device.id) === undefined ? undefined : this.#known.get(device.id)
  }

  /** Asks those that are due; to be called about once a second. */
  step(): void {
    const { asa, connectedSince, devices, now } = this.#parts
    const agent = asa()
    if (agent === undefined) return
    const all = devices()
    const ids = new Set(all.map(({ id }) => id))
    for (const map of [this.#known, this.#nextAt, this.#since])
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id)
    for (const device of all) {
      if (this.#asking.size >= maxAsking) return
      const { id } = device
      const since = connectedSince(id)
      if (this.#asking.has(id) || since === undefined) continue
      if (this.#since.get(id) !== since) this.#nextAt.delete(id)
      this.#since.set(id, since)
      const wait = (this.#nextAt.get(id) ?? 0) - now()
      if (wait > 0 && wait <= silentEvery) continue // a longer wait than there is: the clock was set back
      this.#asking.add(id)
      void this.#ask(device, agent).finally(() => this.#asking.delete(id))
    }
  }

  /** There is a new set: all are asked at once. */
  changed(): void {
    this.#nextAt.clear()
  }

  async #ask({ id }: AskedDevice, agent: Pick<ServiceAgent, 'synchronize'>): Promise<void> {
    const { set, now } = this.#parts
    try {
      const to = { type: 'fqdn', name: id, protocol: 6, port: 7017 } as const
      const status = await agent.synchronize(intentStatus, { to, timeoutMs: answerWithin })
      this.#known.set(id, { status, at: now() })
      const current = set()
      const isLate = current !== undefined && (status.owner !== current.owner || status.epoch < current.epoch)
      this.#nextAt.set(id, now() + (isLate ? lateEvery : usualEvery))
    } catch {
      // Its agent obeys nobody's intents, or is of an earlier version.
      this.#nextAt.set(id, now() + silentEvery)
    }
  }
}
