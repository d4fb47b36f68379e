/**
 * Sampling rates of one stream, as the exporter announces them in options data.
 *
 *   by sampler    v9: 48 with 50 (or 34); IPFIX: 302 with 305/306 or 309/310 (RFC 5477 §8)
 *   by interface  the same with 10, 14 or the scope "interface" of v9
 *   for the whole exporter or domain: 34, 305/306, 309/310, 50, with neither
 *
 * A rate of N means "one in N packets": (interval + space) / interval, or population / size. A rate is valid until
 * another is announced. After a restart of the exporter, or of the collector, which may have missed an announcement, a
 * rate that is not repeated expires once more than three template sets arrived over two hours.
 * @module
 */
import type { Role } from './registry.ts'

/** How long a rate in doubt stays valid. By default, exporters repeat options data at least every 30 minutes. */
const graceMs = 7_200_000
/** Template sets that a rate in doubt outlives. */
const graceSets = 3

export class Sampling {
  /** Rate of records that name no sampler and whose interfaces have no rate; 0 if not announced. */
  domainRate = 0
  readonly samplers = new Map<number, number>()
  /** Rates by SNMP index of the interface. */
  readonly interfaces = new Map<number, number>()
  /** The rate common to all `interfaces`; 0 if there are none or they differ. */
  #interfaceRate = 0
  readonly #limit: number
  /** When a rate was last announced since the collector started, milliseconds since 1970; -1 if never. */
  #announcedAt = -1
  /** Whether announced rates expired. */
  hasForgotten = false
  /**
   * While rates are in doubt: when the first template set arrived since, and how many arrived. Undefined if there is no
   * doubt.
   */
  #doubt: { since: number | undefined; sets: number } | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Learns from an options record. Returns whether it announced a sampling rate. */
  learn(numbers: ReadonlyMap<Role, number>, now: number): boolean {
    const rate = announcedRate(numbers)
    if (rate === 0) return false
    this.#announcedAt = now
    this.#doubt = undefined
    this.hasForgotten = false
    const sampler = numbers.get('samplerId')
    const ifIndex = numbers.get('inIf') || numbers.get('outIf')
    if (sampler !== undefined) this.set(sampler, rate)
    else if (ifIndex) this.setInterface(ifIndex, rate)
    else this.domainRate = rate
    return true
  }

  /** The exporter may have restarted: rates announced before `now` expire unless it announces them again. */
  doubt(now = Infinity): void {
    const hasRate = this.domainRate > 0 || this.samplers.size > 0 || this.interfaces.size > 0
    if (hasRate && this.#announcedAt < now) this.#doubt ??= { since: undefined, sets: 0 }
  }

  /** A template set arrived. Returns whether rates expired because they were not announced again. */
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
   * The rate for records that name no sampler: that of the domain, of the only sampler, or the one common to all
   * interfaces. 0 is unknown.
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

/** The rate that an options record announces; 0 if it announces none. */
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
  else if (taken) rate = taken // alone, it means the same as the older element 34
  return rate === 0 ? 0 : Math.min(maxRate, Math.max(1, Math.round(rate)))
}
