/**
 * Sampling rates as exporters announce them in options data, for one stream.
 *
 *   by sampler    v9: 48 with 50 (or 34); IPFIX: 302 with 305/306 or 309/310 (RFC 5477 §8)
 *   for the whole exporter or domain: 34, 305/306, 309/310, 50, with no sampler
 *
 * A rate is "one in so many packets": (interval + space) / interval, or population / size.
 * @module
 */
import type { Role } from './registry.ts'

export class Sampling {
  /** Rate of everything that names no sampler; 0 is not announced. */
  domainRate = 0
  readonly samplers = new Map<number, number>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes an options record in. Returns whether it said something about sampling. */
  learn(numbers: ReadonlyMap<Role, number>): boolean {
    const rate = announcedRate(numbers)
    if (rate === 0) return false
    const sampler = numbers.get('samplerId')
    if (sampler === undefined) this.domainRate = rate
    else this.set(sampler, rate)
    return true
  }

  set(sampler: number, rate: number): void {
    if (this.samplers.size < this.#limit || this.samplers.has(sampler)) this.samplers.set(sampler, rate)
  }

  /** The rate for records that name no sampler: the domain's, or that of the one sampler there is. */
  get baseRate(): number {
    if (this.domainRate > 0) return this.domainRate
    if (this.samplers.size !== 1) return 0
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
