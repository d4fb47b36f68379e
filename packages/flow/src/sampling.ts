/**
 * Sampling rates as exporters announce them in options data, for one stream.
 *
 *   by sampler    v9: 48 with 50 (or 34); IPFIX: 302 with 305/306 or 309/310 (RFC 5477 §8)
 *   by interface  the same with 10, 14 or the scope "interface" of v9
 *   for the whole exporter or domain: 34, 305/306, 309/310, 50, with neither
 *
 * A rate is "one in so many packets": (interval + space) / interval, or population / size.
 * @module
 */
import type { Role } from './registry.ts'

export class Sampling {
  /** Rate of everything that names no sampler and whose interfaces have no rate; 0 is not announced. */
  domainRate = 0
  readonly samplers = new Map<number, number>()
  /** By SNMP index. */
  readonly interfaces = new Map<number, number>()
  /** That all `interfaces` have; 0 where there are none, or they differ. */
  #interfaceRate = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes an options record in. Returns whether it said something about sampling. */
  learn(numbers: ReadonlyMap<Role, number>): boolean {
    const rate = announcedRate(numbers)
    if (rate === 0) return false
    const sampler = numbers.get('samplerId')
    const ifIndex = numbers.get('inIf') || numbers.get('outIf')
    if (sampler !== undefined) this.set(sampler, rate)
    else if (ifIndex) this.setInterface(ifIndex, rate)
    else this.domainRate = rate
    return true
  }

  set(sampler: number, rate: number): void {
    if (this.samplers.size < this.#limit || this.samplers.has(sampler)) this.samplers.set(sampler, rate)
  }

  setInterface(ifIndex: number, rate: number): void {
    const { interfaces } = this
    if (interfaces.get(ifIndex) === rate || (interfaces.size >= this.#limit && !interfaces.has(ifIndex))) return
    interfaces.set(ifIndex, rate)
    this.#interfaceRate = [...interfaces.values()].every((each) => each === rate) ? rate : 0
  }

  /** The rate for records that name no sampler: the domain's, that of the one sampler there is, or of all interfaces. */
  get baseRate(): number {
    if (this.domainRate > 0) return this.domainRate
    if (this.samplers.size === 0) return this.#interfaceRate
    if (this.samplers.size > 1) return 0
    for (const rate of this.samplers.values()) return rate
    return 0
  }
}

const maxRate = 0xffff_ffff

/** 0 when the record says nothing about sampling. */
function announcedRate(numbers: ReadonlyMap<Role, number>): number {
  const interval = numbers.get('samplingInterval')
  const taken = numbers.get('samplingPacketInterval')
  const space = numbers.get('samplingPacketSpace')
  const size = numbers.get('samplingSize')
  const population = numbers.get('samplingPopulation')
  let rate = 0
  if (interval) rate = interval
  else if (taken && space !== undefined) rate = (taken + space) / taken
  else if (size && population) rate = population / size
  else if (taken) rate = taken // alone it stands for the older element 34
  return rate === 0 ? 0 : Math.min(maxRate, Math.max(1, Math.round(rate)))
}
