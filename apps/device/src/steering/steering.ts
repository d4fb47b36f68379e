/** Lets the agent of one controller steer by this router, within the bounds of the device's operator. @module */
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { Lookup } from '@vagus/agent'
import { classMeds, defaultActuatorLimits } from '@vagus/bgp/actuation'
import { defaultLeaseConfig, type LeaseConfig } from '@vagus/grasp/objectives'
import type { LeaseFact } from '@vagus/intent'
import type { Keyring } from '@vagus/keyring'
import type { ControllerList } from '@vagus/lookup'
import type { Tracer } from '@vagus/observability'
import { steadyNow } from '../actuation.ts'
import type { HeardRegistrar } from '../joining/heard-registrar.ts'
import type { LinesAllowed } from '../lines/line-bounds.ts'
import { LineDesk } from '../lines/line-desk.ts'
import type { ServiceOptions } from '../services/service-options.ts'
import { lineFile } from '../lines/line-file.ts'
import { IntentTalk } from '../intents/intent-talk.ts'
import type { Intents } from '../intents/intents.ts'
import { rememberingLookup } from '../intents/neighbour-documents.ts'
import type { TellDeed } from '../record/device-record.ts'
import type { NewsDesk } from '../southbound/news.ts'
import { besideControl } from '../state-file.ts'
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
  /** Where this device is published if neighbours are to reach it. */
  readonly list?: Pick<ControllerList, 'publish'>
  readonly keyring: Keyring
  /** The agent of this host that the device speaks as; it exists. */
  readonly as: string
  readonly allowed: Allowed
  /** Which private lines it may be asked to hold; without it none. */
  readonly lines?: LinesAllowed
  /** Is told where the registrar of the domain is. */
  readonly registrar?: HeardRegistrar | undefined
  /** What differs from the usual. */
  readonly leases?: Partial<LeaseConfig>
}

export interface SteeredDevice {
  readonly name: string
  /** Path of the control socket: leases of lines are in a file beside it. */
  readonly control: string
  /** Octets per second by interface, where neither shaper nor driver says it. */
  readonly capacities?: ReadonlyMap<string, number>
  /** Of which the queues are in the tree of lines. */
  readonly services?: ServiceOptions | undefined
  readonly actuations: Actuations
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
  /** Undefined: the device obeys none. */
  readonly intents?: Intents | undefined
  /** Of AI agents at the router, which the controller is told. */
  readonly news: NewsDesk
  /** For what belongs to traces of the controller. */
  readonly tracer?: Tracer | undefined
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
  readonly #lines: LineDesk | undefined
  readonly #talk: IntentTalk | undefined

  private constructor(
    options: SteeringOptions,
    negotiator: Negotiator,
    link: ControllerLink,
    lines: LineDesk | undefined,
    talk: IntentTalk | undefined,
  ) {
    this.#options = options
    this.#negotiator = negotiator
    this.#link = link
    this.#lines = lines
    this.#talk = talk
  }

  /** @throws {KeyringError}, {AddressError} of a prefix that is allowed, and as `LineDesk.open` */
  static async open(options: SteeringOptions, device: SteeredDevice): Promise<Steering> {
    const { by, allowed, leases } = options
    const { name, actuations, report, intents, tracer } = device
    const negotiator = new Negotiator({
      node: name,
      epoch: Math.floor(Date.now()),
      from: by,
      bounds: boundsOf(allowed),
      ...(intents && { intents: intents.desk }),
      actuations,
      clock,
      // As many as there can be classes.
      config: { ...defaultLeaseConfig, leases: defaultActuatorLimits.maxActive, ...leases },
      report: (line) => report(`steering: ${line}`),
      tracer,
    })
    const lines = options.lines && (await openLines(options.lines, by, device))
    let talk: IntentTalk | undefined
    const link = await ControllerLink.open(
      { ...options, ...membersOf(options, device), device: name, news: device.news, report, met: () => talk?.met() },
      {
        med: (negotiation) => negotiator.take(negotiation),
        ...(lines === undefined ? {} : { line: (negotiation) => lines.take(negotiation) }),
      },
    ).catch(async (error: unknown) => {
      await lines?.close()
      throw error
    })
    talk = intents && new IntentTalk(link.grasp, name, intents.desk, intents.reports)
    return new Steering(options, negotiator, link, lines, talk)
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
      leases: this.#negotiator.keeper.leases.all.map((lease) => ({
        prefix: lease.offer.prefix,
        interface: lease.offer.ingress,
        med: lease.offer.med!, // what releases is no lease
        state: lease.state,
        until: timeOf(lease.until),
      })),
    }
  }

  /** MEDs that are set now, as intents look at them. */
  get leasesInForce(): readonly LeaseFact[] {
    return this.#negotiator.keeper.leases.all
      .filter(({ state }) => state !== 'prepared')
      .map(({ offer, until }) => ({ prefix: offer.prefix, interface: offer.ingress, until }))
  }

  /** After each look at the intents. */
  tellIntents(news: 'changed' | 'same'): void {
    this.#talk?.tell(news, steadyNow())
  }

  /** Undefined where it holds none. */
  async lines(): Promise<DeviceAgent['lines']> {
    if (this.#lines === undefined) return undefined
    const { block, links, share, sites } = this.#lines.allowed
    const parts = (await this.#lines.status()).map((one) => ({
      ...one,
      interfaces: [...one.interfaces],
      until: timeOf(one.until),
    }))
    return { block, links: [...links], share, sites: [...sites], guarded: (await this.#lines.guarded()) ?? null, parts }
  }

  /** Nothing is negotiated any more; whoever stops the agent takes back classes in force. Lines stay. */
  async close(): Promise<void> {
    this.#talk?.close()
    await this.#lines?.close()
    this.#negotiator.keeper.stop()
    await this.#link.close()
  }
}

/** Neighbours with which intents are exchanged, and how they are found. */
function membersOf({ lookup, list }: SteeringOptions, { control, intents, report }: SteeredDevice) {
  const { neighbours = [], listen = [] } = intents?.options ?? {}
  if (neighbours.length === 0) return { lookup, list: undefined }
  const folder = besideControl(control, 'neighbours')
  return {
    neighbours,
    listen,
    lookup: rememberingLookup(lookup, folder, new Set(neighbours), report),
    list: listen.length === 0 ? undefined : list,
  }
}

const openLines = (
  allowed: LinesAllowed,
  from: string,
  { name: node, control, capacities, services, report, tell, intents, tracer }: SteeredDevice,
): Promise<LineDesk> =>
  LineDesk.open({
    allowed,
    file: lineFile(control),
    node,
    from,
    clock,
    report,
    tell,
    intents: intents?.desk,
    tracer,
    ...(capacities === undefined ? {} : { capacities }),
    serviceLinks: services?.links,
  })
