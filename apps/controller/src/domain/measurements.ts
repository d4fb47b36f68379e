/** Interface counters of the configured devices, and what they say about links right now and over the last hour. @module */
import { CounterTable, type Domain, windowOf } from '@vagus/analytics'
import type { InterfaceCounters } from '@vagus/flow'
import type { LinkReading } from '../monitors/link-state.ts'
import type { Directory, MeasuringEnd } from './directory.ts'
import { LoadHistory, type LinkRate } from './load-history.ts'

/** A counter sample with the text of its device's address. */
export type CounterReading = InterfaceCounters & { readonly address: string }

/** A device agent reports every second; after a quarter of a minute its last samples say nothing about now. */
const staleAfter = 15_000
/** What "now" spans, in milliseconds: the shortest time over which rates are steady with samples a few seconds apart. */
const recent = 6000

export class Measurements {
  readonly counters: CounterTable
  readonly history: LoadHistory
  readonly #directory: Directory
  readonly #numbers: ReadonlyMap<string, number>
  /** When each device's counters were last heard of, by address. */
  readonly #heard = new Map<string, number>()

  /** @param history of the configuration before, whose links go on by their names */
  constructor(directory: Directory, domain: Domain, history = new LoadHistory()) {
    this.#directory = directory
    this.history = history
    history.keepOnly(new Set(directory.config.links.map(({ name }) => name)))
    this.counters = new CounterTable(domain.devices)
    this.#numbers = new Map(domain.devices.map(({ name }, index) => [name, index + 1]))
  }

  /** Samples of addresses that are no configured device are passed over. `now` in milliseconds since 1970. */
  take(readings: readonly CounterReading[], now: number): void {
    for (const reading of readings) {
      const number = this.numberAt(reading.address)
      if (number === 0) continue
      this.counters.add(reading, number)
      this.#heard.set(reading.address, reading.at)
    }
    // What was heard before the clock was set back was not heard later than now.
    for (const [address, at] of this.#heard) if (at > now) this.#heard.set(address, now)
    for (const { name } of this.#directory.config.links) this.history.add(name, this.linkRate(name, now), now)
  }

  /** Number of the device, 0 when the address is none's. */
  numberAt(address: string): number {
    const device = this.#directory.deviceAt(address)
    return device === undefined ? 0 : (this.#numbers.get(device.name) ?? 0)
  }

  /** Whether the device's counters arrive. */
  isHeard(address: string, now: number): boolean {
    return now - (this.#heard.get(address) ?? -Infinity) <= staleAfter
  }

  /** `unknown` while its device is not heard of; an interface that its device stopped reporting is gone, hence down. */
  interfaceState(address: string, ifIndex: number, now: number): 'up' | 'down' | 'unknown' {
    const sample = this.counters.latest(this.numberAt(address), ifIndex)
    if (sample === undefined || !this.isHeard(address, now)) return 'unknown'
    const isGone = (this.#heard.get(address) ?? 0) - sample.at > staleAfter
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
    const rates = this.counters.rates(this.numberAt(address), ifIndex, windowOf(now - recent, now))
    if (rates === undefined) return undefined
    const { inBitsPerSecond, outBitsPerSecond } = rates
    return direction === 'a-to-z'
      ? { aToZ: outBitsPerSecond, zToA: inBitsPerSecond }
      : { aToZ: inBitsPerSecond, zToA: outBitsPerSecond }
  }
}
