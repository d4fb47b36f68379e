/** Lets the agent of one controller steer by this router, within the bounds of the device's operator. @module */
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { Lookup } from '@vagus/agent'
import { classMeds, defaultActuatorLimits } from '@vagus/bgp/actuation'
import { defaultLeaseConfig, type LeaseConfig } from '@vagus/grasp/objectives'
import type { Keyring } from '@vagus/keyring'
import { steadyNow } from '../actuation.ts'
import { timeOf } from '../time-of-day.ts'
import { type Allowed, boundsOf } from './bounds.ts'
import { ControllerLink } from './controller-link.ts'
import type { Actuations } from './lease-keeper.ts'
import { Negotiator } from './negotiator.ts'

export interface SteeringOptions {
  /** Id of the controller's agent, the only one that is listened to. */
  readonly by: string
  /** Where it is found. */
  readonly lookup: Lookup
  readonly keyring: Keyring
  /** The agent of this host that the device speaks as; it exists. */
  readonly as: string
  readonly allowed: Allowed
  /** What differs from the usual. */
  readonly leases?: Partial<LeaseConfig>
}

export interface SteeredDevice {
  readonly name: string
  readonly actuations: Actuations
  readonly report: (line: string) => void
}

const clock = {
  now: steadyNow,
  after: (ms: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, ms).unref()
    return () => clearTimeout(timer)
  },
}

export class Steering {
  readonly #options: SteeringOptions
  readonly #negotiator: Negotiator
  readonly #link: ControllerLink

  private constructor(options: SteeringOptions, negotiator: Negotiator, link: ControllerLink) {
    this.#options = options
    this.#negotiator = negotiator
    this.#link = link
  }

  /** @throws {KeyringError}, {AddressError} of a prefix that is allowed */
  static async open(options: SteeringOptions, { name, actuations, report }: SteeredDevice): Promise<Steering> {
    const { by, allowed, leases } = options
    const negotiator = new Negotiator({
      node: name,
      epoch: Math.floor(Date.now()),
      from: by,
      bounds: boundsOf(allowed),
      actuations,
      clock,
      // As many as there can be classes.
      config: { ...defaultLeaseConfig, leases: defaultActuatorLimits.maxActive, ...leases },
      report: (line) => report(`steering: ${line}`),
    })
    const link = await ControllerLink.open({ ...options, report }, (negotiation) => negotiator.take(negotiation))
    return new Steering(options, negotiator, link)
  }

  status(): NonNullable<DeviceAgent['steering']> {
    const { by, allowed } = this.#options
    const { state, since, problem } = this.#link.state
    return {
      id: this.#link.id,
      by,
      state,
      since: timeOf(since),
      problem: problem ?? null,
      bounds: { meds: [...classMeds], leaseSeconds: allowed.leaseMs / 1000, prefixes: [...allowed.prefixes] },
      leases: this.#negotiator.keeper.leases.map((lease) => ({
        prefix: lease.offer.prefix,
        interface: lease.offer.ingress,
        med: lease.offer.med!, // what releases is no lease
        state: lease.state,
        until: timeOf(lease.until),
      })),
    }
  }

  /** Nothing is negotiated any more; whoever stops the agent takes back what is in force. */
  async close(): Promise<void> {
    this.#negotiator.keeper.stop()
    await this.#link.close()
  }
}
