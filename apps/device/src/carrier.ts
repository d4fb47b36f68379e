/**
 * The fall-back of telemetry (draft §4.3, §4.4): where no peer takes it in as BGP-LS, links go through the router and
 * whatever reflects its routes, as an optional transitive attribute and large communities of host routes that carry no
 * traffic. Only where the operator chose a code for the attribute; what others tell so is always heard then.
 * @module
 */
import { formatPrefix, parsePrefix } from '@vagus/address'
import { decodeLinkStateNlri, encodeLinkStateNlri, type LinkStateNlri } from '@vagus/bgp'
import {
  carrierAttributes,
  type CarriedPage,
  type CoarseTelemetry,
  decodeCarrier,
  encodeCarrier,
  encodeCoarse,
  isTelemetryPrefix,
  linkNlri,
  type LinkTelemetry,
  linkTlvs,
  maxCarrierPrefixes,
  telemetryPrefixOf,
  type TelemetryTable,
} from '@vagus/bgp/telemetry'
import type { PathState, RouteChange, Speaker } from '@vagus/speaker'
import type { DeviceIdentity } from './link-telemetry.ts'

/** Of the router's routes those that may be carriers, with all inside. */
export const carrierPrefixes = '100.64.0.0/10+'
/** Milliseconds: draft §4.3 wants no more than one a second, and what is not repeated for 90 s is dropped. */
const interval = { least: 1000, most: 20_000 } as const
/** Milliseconds that routes stay after BGP-LS is there again: until it is everywhere. */
const overlap = 3000
/** Beyond, agents that announce our prefixes are not reported. */
const maxRivals = 16

export interface CarrierOptions {
  /** Code of the attribute, chosen by the operator for all agents of the AS. */
  readonly attribute: number
  /** The peer whose routes carry it. */
  readonly peer: string
  /** Until `setNeed` is called. */
  readonly need: 'needed' | 'not needed'
  /** An address that the router has a route to; 4 octets. Undefined while there is none: then nothing is told. */
  readonly nextHop: () => Uint8Array | undefined
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class Carrier {
  readonly #speaker: Pick<Speaker, 'announce' | 'withdraw'>
  readonly #identity: DeviceIdentity
  readonly #table: TelemetryTable
  readonly #options: CarrierOptions
  readonly #own: ReadonlySet<string>
  /** What each route of others carried, by its octets. */
  readonly #heard = new Map<string, ReadonlyMap<string, LinkStateNlri>>()
  /** Agents that announce prefixes of ours, as reported. */
  readonly #rivals = new Set<bigint>()
  #pages = 0
  #toldAt = -Infinity
  /** Told until then; Infinity as long as it is needed. */
  #until: number

  constructor(
    speaker: Pick<Speaker, 'announce' | 'withdraw'>,
    identity: DeviceIdentity,
    table: TelemetryTable,
    options: CarrierOptions,
  ) {
    this.#speaker = speaker
    this.#identity = identity
    this.#table = table
    this.#options = options
    this.#until = options.need === 'needed' ? Infinity : -Infinity
    const pages = Array.from({ length: maxCarrierPrefixes }, (_, page) => page)
    this.#own = new Set(pages.map((page) => this.#prefixOf(page)))
  }

  /** `needed` as long as no peer takes BGP-LS of this profile in. `now` in milliseconds of any clock. */
  setNeed(need: 'needed' | 'not needed', now: number): void {
    this.#until = need === 'needed' ? Infinity : Math.min(this.#until, now + overlap)
  }

  /** To be called often: tells `links` when something `changed` and it is time, and takes all back when it is over. */
  async tell(
    links: readonly LinkTelemetry[],
    changed: 'changed' | 'unchanged',
    now: number,
  ): Promise<'told' | 'not now'> {
    if (now >= this.#until) {
      await this.#end(0)
      return 'not now'
    }
    const passed = now - this.#toldAt
    if (passed < interval.least || (changed === 'unchanged' && passed < interval.most)) return 'not now'
    const nextHop = this.#options.nextHop()
    if (nextHop === undefined || links.length === 0) return 'not now'
    this.#toldAt = now
    const { agent, as } = this.#identity
    // The fullest first: what does not fit is left out.
    const ordered = [...links].sort((one, other) => useOf(other) - useOf(one))
    const sequence = Math.max(...links.map(({ measurement }) => measurement?.sequence ?? 0))
    const records = ordered.map((link) => ({ nlri: encodeLinkStateNlri([linkNlri(link.key)]), tlvs: linkTlvs(link) }))
    const pages = encodeCarrier(records, { sequence, agent })
    const largeCommunities = encodeCoarse(as, coarseOf(ordered, sequence))
    for (const [at, page] of pages.entries()) {
      const attributes = carrierAttributes(this.#options.attribute, page, nextHop)
      await this.#speaker.announce(
        { peer: this.#options.peer },
        { prefixes: [this.#prefixOf(at)], attributes: at === 0 ? { ...attributes, largeCommunities } : attributes },
      )
    }
    await this.#end(pages.length)
    this.#pages = pages.length
    return 'told'
  }

  /** Routes of the router that changed; those that carry nothing are left to others. */
  receive(changes: readonly RouteChange[], now: number): void {
    const gone = new Map<string, LinkStateNlri>()
    for (const { prefix, paths } of changes) {
      if (this.#own.has(prefix)) this.#reportRivals(prefix, paths)
      if (this.#own.has(prefix) || !isTelemetryPrefix(parsePrefix(prefix))) continue
      const heard = new Map<string, LinkStateNlri>()
      for (const record of this.#pageOf(paths[0])?.records ?? []) {
        const [nlri] = decodeLinkStateNlri(record.nlri).nlri
        if (nlri === undefined) continue
        heard.set(Buffer.from(record.nlri).toString('hex'), nlri)
        this.#table.receive({ peer: this.#options.peer, router: undefined }, nlri, record.tlvs, now)
      }
      for (const [octets, nlri] of this.#heard.get(prefix) ?? []) gone.set(octets, nlri)
      if (heard.size === 0) this.#heard.delete(prefix)
      else this.#heard.set(prefix, heard)
    }
    // A link that got fuller is on another page now.
    const others = [...this.#heard.values()]
    for (const [octets, nlri] of gone) {
      if (!others.some((page) => page.has(octets))) this.#table.withdraw(this.#options.peer, nlri)
    }
  }

  #pageOf(path: PathState | undefined): CarriedPage | undefined {
    const value = path?.attributes.unknown?.find(({ code }) => code === this.#options.attribute)?.value
    const page = value === undefined ? undefined : decodeCarrier(value)
    return typeof page === 'object' ? page : undefined
  }

  /** Identifiers that agree in the bits that a prefix has room for: where routers choose one route, the other is lost. */
  #reportRivals(prefix: string, paths: readonly PathState[]): void {
    for (const path of paths) {
      const agent = this.#pageOf(path)?.agent
      if (agent === undefined || agent === this.#identity.agent) continue
      if (this.#rivals.has(agent) || this.#rivals.size >= maxRivals) continue
      this.#rivals.add(agent)
      this.#options.report(
        `carrier: another agent announces ${prefix} too, so one hides the other; ` +
          'give its router or this one a BGP identifier that differs in the last 18 bits',
      )
    }
  }

  /** Takes back the pages from `first` on. */
  async #end(first: number): Promise<void> {
    const prefixes = Array.from({ length: Math.max(0, this.#pages - first) }, (_, at) => this.#prefixOf(first + at))
    this.#pages = Math.min(this.#pages, first)
    if (prefixes.length > 0) await this.#speaker.withdraw({ peer: this.#options.peer }, { prefixes })
  }

  #prefixOf(page: number): string {
    return formatPrefix(telemetryPrefixOf(this.#identity.bgpIdentifier, page))
  }
}

const useOf = ({ capacity, utilised, measurement }: LinkTelemetry): number =>
  Math.max(utilised, measurement?.received ?? 0) / capacity

/** Thousandths, and seconds since 1970. */
function coarseOf(links: readonly LinkTelemetry[], sequence: number): CoarseTelemetry {
  return {
    epoch: Math.floor(sequence / 1000),
    links: links.map(({ key, capacity, utilised, measurement }) => ({
      interface: key.interface,
      congested: measurement?.congested ?? 'no',
      out: (utilised / capacity) * 1000,
      in: ((measurement?.received ?? 0) / capacity) * 1000,
    })),
  }
}
