/**
 * The agent's own links, measured ten times a second and announced when they are worth it.
 * @module
 */
import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
import { parseAddress, parseIpv4 } from '@vagus/address'
import {
  congestedFrom,
  type LinkKey,
  LinkPublisher,
  type LinkSample,
  type LinkTelemetry,
  measuredLink,
} from '@vagus/bgp/telemetry'
import { type Interface, type Queue, readInterfaceCounters, readQueues } from '@vagus/linux'
import { DelayProbe } from './delay-probe.ts'
import { isIPv4, type LinkPlace } from './inventory.ts'
import { LinkRates, type Rates, windows } from './link-rates.ts'

/** Which device, for the keys of its links. */
export interface DeviceIdentity {
  readonly name: string
  readonly as: number
  /** Of the router, 32 bits. */
  readonly bgpIdentifier: number
  /** Of the agent, 64 bits. */
  readonly agent: bigint
}

/** How far a capacity is believed that a shaper has, that the operator gave, and that the driver says. */
const confidence = { shaper: 100, operator: 100, driver: 50 } as const

/** What the operator says of links, and who is told what is missing. */
export interface MeterOptions {
  /** In octets per second, by name of the interface; it goes before what the driver says. */
  readonly capacities?: ReadonlyMap<string, number>
  readonly report?: (line: string) => void
}

export interface LinkChanges {
  readonly announced: readonly LinkTelemetry[]
  readonly withdrawn: readonly LinkKey[]
}

export class LinkMeter {
  readonly #identity: DeviceIdentity
  readonly #rates = new LinkRates()
  readonly #publisher: LinkPublisher
  readonly #probes = new Map<string, DelayProbe>()
  readonly #keys = new Map<number, LinkKey>()
  readonly #options: MeterOptions
  /** Interfaces that were said to have no capacity. */
  readonly #unknown = new Set<string>()
  #places: readonly LinkPlace[] = []
  #latest: readonly LinkTelemetry[] = []
  #uncertain: readonly Omit<LinkTelemetry, 'capacity'>[] = []

  constructor(identity: DeviceIdentity, options: MeterOptions = {}) {
    this.#identity = identity
    this.#options = options
    this.#publisher = new LinkPublisher(identity.agent)
  }

  setPlaces(places: readonly LinkPlace[]): void {
    this.#places = places
    const remotes = new Set(places.map(({ remote }) => remote))
    for (const remote of remotes) if (!this.#probes.has(remote)) this.#probes.set(remote, new DelayProbe(remote))
    const names = new Set(places.map(({ name }) => name))
    for (const name of this.#unknown) if (!names.has(name)) this.#unknown.delete(name)
    for (const remote of this.#probes.keys()) if (!remotes.has(remote)) this.#probes.delete(remote)
  }

  /** All links as last measured, announced or not. */
  get latest(): readonly LinkTelemetry[] {
    return this.#latest
  }

  /** Links whose capacity is not known: a use that is a share of nothing is told to nobody else. */
  get withoutCapacity(): readonly Omit<LinkTelemetry, 'capacity'>[] {
    return this.#uncertain
  }

  /** One datagram to the other end of each link. */
  async probe(): Promise<void> {
    await Promise.all([...this.#probes.values()].map((probe) => probe.measure()))
  }

  /** Reads the counters. @throws {UnavailableError} where they cannot be read */
  measure(now: number): LinkChanges {
    const interfaces = readInterfaceCounters()
    const queues = readQueues()
    this.#rates.take(interfaces, queues, performance.now())
    const announced: LinkTelemetry[] = []
    const withdrawn: LinkKey[] = []
    const latest: LinkTelemetry[] = []
    const uncertain: Omit<LinkTelemetry, 'capacity'>[] = []
    const present = new Set<number>()
    for (const place of this.#places) {
      const found = interfaces.find(({ index, oper }) => index === place.ifIndex && oper === 'up')
      if (found === undefined) continue
      if (this.#rates.of(place.ifIndex, windows.calm) === undefined) {
        // Counters that began anew have no rates yet; the link is there all the same.
        present.add(place.ifIndex)
        latest.push(...this.#latest.filter(({ key }) => key?.interface === place.ifIndex))
        continue
      }
      const sample = this.#sampleOf(place, found, queues)
      if (sample === undefined) continue
      if (!Number.isFinite(sample.capacity)) {
        this.#reportUnknown(place.name)
        const { capacity: _, ...link } = measuredLink(sample, {
          congested: 'no',
          sequence: now,
          agent: this.#identity.agent,
        })
        uncertain.push(link)
        continue
      }
      present.add(place.ifIndex)
      withdrawn.push(...this.#replaced(place.ifIndex, sample.key))
      this.#keys.set(place.ifIndex, sample.key)
      const link = this.#publisher.observe(String(place.ifIndex), sample, now)
      if (link !== undefined) announced.push(link)
      const congested = this.#publisher.congestionOf(String(place.ifIndex))
      latest.push(link ?? measuredLink(sample, { congested, sequence: now, agent: this.#identity.agent }))
    }
    this.#latest = latest
    this.#uncertain = uncertain
    return { announced, withdrawn: [...withdrawn, ...this.#ended(present)] }
  }

  /** Who is at the other end may be known late: the NLRI of before would stay beside the new one. */
  #replaced(ifIndex: number, key: LinkKey): readonly LinkKey[] {
    const before = this.#keys.get(ifIndex)
    if (before === undefined || isDeepStrictEqual(before, key)) return []
    return [this.#publisher.end(String(ifIndex)) ?? []].flat()
  }

  #ended(present: ReadonlySet<number>): readonly LinkKey[] {
    return [...this.#keys.keys()].flatMap((ifIndex) => {
      if (present.has(ifIndex)) return []
      this.#keys.delete(ifIndex)
      return this.#publisher.end(String(ifIndex)) ?? []
    })
  }

  /** Of infinite capacity where that is not known. */
  #sampleOf(place: LinkPlace, { speed }: Interface, queues: readonly Queue[]): LinkSample | undefined {
    const shaped = queues.find(({ ifIndex }) => ifIndex === place.ifIndex)?.rate
    const given = this.#options.capacities?.get(place.name)
    const capacity = Math.min(shaped ?? Infinity, given ?? (speed > 0 ? speed / 8 : Infinity))
    const calm = this.#rates.of(place.ifIndex, windows.calm)
    const quick = this.#rates.of(place.ifIndex, windows.congested)
    if (calm === undefined || quick === undefined) return undefined
    const delay = this.#probes.get(place.remote)?.delay
    // Counters are those of frames, and a burst may exceed the shaper for a moment.
    const bounded = ({ out, received, drops, window }: Rates) => ({
      utilised: Math.min(out, 2 * capacity),
      received: Math.min(received, 2 * capacity),
      drops,
      window,
    })
    return {
      key: keyAt(this.#identity, place),
      name: `${this.#identity.name}:${place.name}`,
      capacity,
      threshold: Number.isFinite(capacity) ? congestedFrom * capacity : 0,
      confidence: confidence[shaped !== undefined ? 'shaper' : given !== undefined ? 'operator' : 'driver'],
      ...bounded(calm),
      quick: bounded(quick),
      ...(delay === undefined ? {} : { delay }),
    }
  }

  #reportUnknown(name: string): void {
    if (this.#unknown.has(name)) return
    this.#unknown.add(name)
    this.#options.report?.(`${name}: speed unknown, so the link is not told; give --capacity ${name}=RATE`)
  }
}

/** By which others know the link. */
export function keyAt({ as, bgpIdentifier }: Pick<DeviceIdentity, 'as' | 'bgpIdentifier'>, place: LinkPlace): LinkKey {
  const { ifIndex, local, remote, neighbour } = place
  return {
    instance: 0,
    local: { as, bgpIdentifier },
    // RFC 9086 §4.1 wants an identifier of both ends, also where BGP does not say that of the other.
    remote: {
      as: neighbour?.as ?? as,
      bgpIdentifier: parseIpv4(neighbour?.identifier ?? (isIPv4(remote) ? remote : '0.0.0.0')),
    },
    interface: ifIndex,
    ...(isIPv4(local) && isIPv4(remote)
      ? { addresses: { local: parseAddress(local).subarray(12), remote: parseAddress(remote).subarray(12) } }
      : {}),
  }
}

/** How full each link is, in the fuller direction: a part of its capacity. */
export const loadsOf = (
  links: readonly LinkTelemetry[],
  places: readonly LinkPlace[],
): readonly { readonly interface: string; readonly share: number }[] =>
  links.flatMap(({ key, utilised, capacity, measurement }) => {
    const name = places.find(({ ifIndex }) => ifIndex === key.interface)?.name
    return name === undefined
      ? []
      : [{ interface: name, share: Math.max(utilised, measurement?.received ?? 0) / capacity }]
  })
