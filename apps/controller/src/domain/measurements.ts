/** Interface counters of the configured devices, and what they say about links right now and over the last hour. @module */
import {
  type CounterSample,
  type CounterSource,
  CounterTable,
  type Domain,
  sourceOf,
  type Window,
  windowOf,
} from '@vagus/analytics'
import type { LinkReading } from '../monitors/link-state.ts'
import type { Directory, MeasuringEnd } from './directory.ts'
import { LoadHistory, type LinkRate } from './load-history.ts'

/** A counter sample with the text of its device's address. */
export type CounterReading = CounterSample & { readonly address: string }

/** A device agent reports every second; after a quarter of a minute its last samples say nothing about now. */
const staleAfter = 15_000
/** The same for a source that tells every so many milliseconds: an answer may be missing once. */
const staleOf = ({ every }: Pick<CounterSample, 'every'>): number => (every === undefined ? staleAfter : every * 2.5)
/** What "now" spans, in milliseconds: the shortest time over which rates are steady with samples a few seconds apart. */
const recent = 6000

export class Measurements {
  readonly counters: CounterTable
  readonly history: LoadHistory
  readonly #directory: Directory
  readonly #numbers: ReadonlyMap<string, number>
  /** The last sample of each device by source, by address. */
  readonly #heard: Readonly<Record<CounterSource, Map<string, Heard>>> = { sflow: new Map(), snmp: new Map() }

  /**
   * @param history of the configuration before, whose links go on by their names
   * @param counters of it, where its devices have the same numbers
   */
  constructor(
    directory: Directory,
    domain: Domain,
    history = new LoadHistory(),
    counters = new CounterTable(domain.devices),
  ) {
    this.#directory = directory
    this.history = history
    history.keepOnly(new Set(directory.config.links.map(({ name }) => name)))
    this.counters = counters
    this.#numbers = new Map(domain.devices.map(({ name }, index) => [name, index + 1]))
  }

  /** The same devices, of whose interfaces more is known. */
  with(directory: Directory, domain: Domain): Measurements {
    const next = new Measurements(directory, domain, this.history, this.counters)
    this.counters.reserve(domain.devices)
    for (const source of ['sflow', 'snmp'] as const)
      for (const [address, heard] of this.#heard[source]) next.#heard[source].set(address, heard)
    return next
  }

  /** Samples of addresses that are no configured device are passed over. `now` in milliseconds since 1970. */
  take(readings: readonly CounterReading[], now: number): void {
    for (const reading of readings) {
      const number = this.numberAt(reading.address)
      if (number === 0) continue
      this.counters.add(reading, number)
      this.#heard[sourceOf(reading)].set(reading.address, { at: reading.at, staleAfter: staleOf(reading) })
    }
    // What was heard before the clock was set back was not heard later than now.
    for (const heard of Object.values(this.#heard))
      for (const [address, one] of heard) if (one.at > now) heard.set(address, { ...one, at: now })
    for (const { name } of this.#directory.config.links) this.history.add(name, this.linkRate(name, now), now)
  }

  /** Number of the device, 0 when the address is none's. */
  numberAt(address: string): number {
    const device = this.#directory.deviceAt(address)
    return device === undefined ? 0 : (this.#numbers.get(device.name) ?? 0)
  }

  /** Whether the device's counters arrive. */
  isHeard(address: string, now: number): boolean {
    return this.isHeardBy('sflow', address, now) || this.isHeardBy('snmp', address, now)
  }

  /** The same, from one source. */
  isHeardBy(source: CounterSource, address: string, now: number): boolean {
    const heard = this.#heard[source].get(address)
    return heard !== undefined && now - heard.at <= heard.staleAfter
  }

  /** `unknown` while its device is not heard of; an interface that its device stopped reporting is gone, hence down. */
  interfaceState(address: string, ifIndex: number, now: number): 'up' | 'down' | 'unknown' {
    const sample = this.counters.latest(this.numberAt(address), ifIndex)
    if (sample === undefined || !this.isHeardBy(sourceOf(sample), address, now)) return 'unknown'
    const isGone = (this.#heard[sourceOf(sample)].get(address)?.at ?? 0) - sample.at > staleOf(sample)
    return sample.adminUp && sample.operUp && !isGone ? 'up' : 'down'
  }

  /** Down when any end says so, up when an end says so and none contradicts. */
  linkState(link: string, now: number): LinkReading {
    let best: LinkReading = { link, state: 'unknown', device: '', interface: '' }
    for (const { device, address, ifIndex, interface: name } of this.#directory.endsOf(link)) {
      const state = this.interfaceState(address, ifIndex, now)
      if (state === 'unknown') continue
      best = { link, state, device: device.name, interface: name }
      if (state === 'down') break
    }
    return best
  }

  /** Over the last seconds, by the first end whose counters are fresh. */
  linkRate(link: string, now: number): LinkRate {
    for (const end of this.#directory.endsOf(link)) {
      const rate = this.#rateAt(end, now)
      if (rate !== undefined) return rate
    }
    return { aToZ: null, zToA: null }
  }

  #rateAt({ address, ifIndex, direction }: MeasuringEnd, now: number): LinkRate | undefined {
    if (this.interfaceState(address, ifIndex, now) === 'unknown') return undefined
    const device = this.numberAt(address)
    const rates = this.counters.rates(device, ifIndex, recentWindow(this.counters.latest(device, ifIndex), now))
    if (rates === undefined) return undefined
    const { inBitsPerSecond, outBitsPerSecond } = rates
    return direction === 'a-to-z'
      ? { aToZ: outBitsPerSecond, zToA: inBitsPerSecond }
      : { aToZ: inBitsPerSecond, zToA: outBitsPerSecond }
  }
}

interface Heard {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly staleAfter: number
}

/** Of samples that come seldom, "now" is from the one before the last to the last. */
function recentWindow(latest: CounterSample | undefined, now: number): Window {
  if (latest?.every === undefined) return windowOf(now - recent, now)
  return windowOf(latest.at - latest.every, latest.at)
}
