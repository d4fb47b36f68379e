/**
 * Sampling rates as exporters announce them in options data, for one stream.
 *
 *   by sampler    v9: 48 with 50 (or 34); IPFIX: 302 with 305/306 or 309/310 (RFC 5477 §8)
 *   by interface  the same with 10, 14 or the scope "interface" of v9
 *   for the whole exporter or domain: 34, 305/306, 309/310, 50, with neither
 *
 * A rate is "one in so many packets": (interval + space) / interval, or population / size. It holds until another is
 * announced; after a restart of the exporter, or of the collector, which may have missed one, only until templates came
 * several times over two hours without it.
 * @module
 */
import type { Role } from './registry.ts'

/** Exporters repeat options every 30 minutes at most, unless they were told otherwise. */
const graceMs = 7_200_000
/** Sets of templates within that. */
const graceSets = 3

export class Sampling {
  /** Rate of everything that names no sampler and whose interfaces have no rate; 0 is not announced. */
  domainRate = 0
  readonly samplers = new Map<number, number>()
  /** By SNMP index. */
  readonly interfaces = new Map<number, number>()
  /** That all `interfaces` have; 0 where there are none, or they differ. */
  #interfaceRate = 0
  readonly #limit: number
  /** When a rate was last announced in this life of the collector, milliseconds since 1970. */
  #saidAt = -1
  /** Whether rates were announced, and forgotten since. */
  hasForgotten = false
  /** Undefined where nothing is in doubt; else when the first templates came since, and how many sets did. */
  #doubt: { since: number | undefined; sets: number } | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes an options record in. Returns whether it said something about sampling. */
  learn(numbers: ReadonlyMap<Role, number>, now: number): boolean {
    const rate = announcedRate(numbers)
    if (rate === 0) return false
    this.#saidAt = now
    this.#doubt = undefined
    this.hasForgotten = false
    const sampler = numbers.get('samplerId')
    const ifIndex = numbers.get('inIf') || numbers.get('outIf')
    if (sampler !== undefined) this.set(sampler, rate)
    else if (ifIndex) this.setInterface(ifIndex, rate)
    else this.domainRate = rate
    return true
  }

  /** The exporter may have begun anew: what it said before `now` holds on only if it says it again. */
  doubt(now = Infinity): void {
    const hasRate = this.domainRate > 0 || this.samplers.size > 0 || this.interfaces.size > 0
    if (hasRate && this.#saidAt < now) this.#doubt ??= { since: undefined, sets: 0 }
  }

  /** A set of templates came. Returns whether rates were forgotten, because they were not announced again. */
  templatesCame(now: number): boolean {
    const doubt = this.#doubt
    if (doubt === undefined) return false
    doubt.since ??= now
    doubt.sets++
    if (doubt.sets <= graceSets || now - doubt.since < graceMs) return false
    this.#doubt = undefined
    this.hasForgotten = true
    this.domainRate = this.#interfaceRate = 0
    this.samplers.clear()
    this.interfaces.clear()
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

  /**
   * The rate for records that name no sampler: the domain's, that of the one sampler there is, or of all interfaces.
   */
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
