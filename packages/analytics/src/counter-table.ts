/**
 * Interface counters over time: takes samples of totals, returns rates over a window.
 *
 * Totals wrap and restart. 64-bit octet counters never wrap in practice, so octets that decrease mean a restart, unless
 * the exporter's uptime continued and both totals fit in 32 bits: then an agent reports 32-bit counters, and they
 * wrapped. The traffic between the last sample before a restart and the first one after it is unknown: that time is
 * left out.
 * @module
 */
import type { InterfaceCounters } from '@vagus/flow'
import type { Domain } from './domain.ts'
import { InterfaceTable } from './interface-table.ts'
import { type Window, windowOf } from './window.ts'

/**
 * Samples kept per interface, and their minimum distance: together more than the five minutes of the live window and the
 * two by which it may end before now.
 */
export const samplesPerInterface = 176
const minSpacingMs = 2500
/** Milliseconds; a sample that is older than the last by more than this arrived after the clock was set back. */
const maxStepBackMs = 5000

/** A device that tells its counters by itself (sFlow) tells them sooner than it is asked for them by SNMP. */
export type CounterSource = 'sflow' | 'snmp'

export interface CounterSample extends InterfaceCounters {
  /** Absent: `sflow`. */
  readonly source?: CounterSource
  /** Whether its totals go on from those of the sample before, from the same source; absent: totals and uptime tell. */
  readonly continued?: boolean
  /** Milliseconds between such samples; absent: a few seconds. */
  readonly every?: number
}

/**
 * What SNMP tells of an interface counts once its device has told nothing of it by itself for so long, milliseconds: three
 * of the usual intervals of sFlow.
 */
const ownFor = 90_000

export const sourceOf = ({ source = 'sflow' }: Pick<CounterSample, 'source'>): CounterSource => source

/** Fields of a sample: its time, and totals since the first sample. */
const fields = ['at', 'knownMs', 'inOctets', 'outOctets', 'inPackets', 'outPackets'] as const
type Field = (typeof fields)[number]

export interface CounterRates {
  /** The part of the window covered by samples. */
  readonly window: Window
  /** Its known seconds: without restarts. */
  readonly knownSeconds: number
  /** Octets of frames, as the interface counts them. */
  readonly inBitsPerSecond: number
  readonly outBitsPerSecond: number
  readonly inPacketsPerSecond: number
  readonly outPacketsPerSecond: number
}

/** Samples of one interface, oldest first, as totals since the first one. */
interface Track {
  latest: CounterSample
  /** Since when its samples come from the source of the last one, milliseconds since 1970. */
  since: number
  readonly samples: Record<Field, number>[]
}

export class CounterTable {
  readonly #interfaces: InterfaceTable
  readonly #tracks: Track[] = []
  /** Samples of interfaces that did not fit into the table. */
  dropped = 0

  /**
   * Interfaces of `devices` always fit. Others are followed up to `maxInterfaces`; samples of further ones are counted
   * in `dropped`.
   */
  constructor(devices: Domain['devices'] = [], maxInterfaces?: number) {
    this.#interfaces = new InterfaceTable(maxInterfaces)
    this.reserve(devices)
  }

  /** Interfaces of `devices` fit from now on, if the table is not full yet. */
  reserve(devices: Domain['devices']): void {
    this.#interfaces.reserve(devices)
  }

  /**
   * Adds a sample of an interface of `device` (number). Ignores a sample that is not newer than the last; one that is
   * older by seconds restarts the interface. An interface has one source at a time: where both tell, SNMP is ignored.
   */
  add(sample: CounterSample, device: number): void {
    const slot = this.#interfaces.findOrInsert(device, sample.ifIndex)
    if (slot < 0) {
      this.dropped++
      return
    }
    const track = this.#tracks[slot]
    if (track === undefined || sample.at < track.latest.at - maxStepBackMs) {
      const first = { at: sample.at, knownMs: 0, inOctets: 0, outOctets: 0, inPackets: 0, outPackets: 0 }
      this.#tracks[slot] = { latest: sample, since: sample.at, samples: [first] }
      return
    }
    if (sample.at <= track.latest.at || isSecondary(sample, track.latest)) return
    if (sourceOf(sample) !== sourceOf(track.latest)) track.since = sample.at
    const { samples } = track
    const next = after(samples.at(-1)!, track.latest, sample)
    track.latest = sample
    // A sample shortly after the previous one replaces it; the totals continue.
    if (samples.length > 1 && sample.at - samples.at(-2)!.at < minSpacingMs) samples.pop()
    samples.push(next)
    if (samples.length > samplesPerInterface) samples.shift()
  }

  /** Newest sample of the interface: state, speed, name and totals. */
  latest(device: number, ifIndex: number): CounterSample | undefined {
    return this.#trackOf(device, ifIndex)?.latest
  }

  /** Who tells the counters of the interface, and since when (milliseconds since 1970). */
  source(device: number, ifIndex: number): { readonly from: CounterSource; readonly since: number } | undefined {
    const track = this.#trackOf(device, ifIndex)
    return track && { from: sourceOf(track.latest), since: track.since }
  }

  /** Device numbers and SNMP indices of all interfaces that have samples. */
  interfaces(): readonly { readonly device: number; readonly ifIndex: number }[] {
    // Reserved slots without samples are holes, which flatMap skips.
    return this.#tracks.flatMap((_, slot) => ({
      device: this.#interfaces.deviceAt(slot),
      ifIndex: this.#interfaces.ifIndexAt(slot),
    }))
  }

  /** Mean rates over `window`, or over the part covered by samples; undefined when they cover less than half of it. */
  rates(device: number, ifIndex: number, window: Window): CounterRates | undefined {
    const samples = this.#trackOf(device, ifIndex)?.samples
    if (samples === undefined) return undefined
    const from = Math.max(window.from, samples[0]!.at)
    const to = Math.min(window.to, samples.at(-1)!.at)
    if (to <= from) return undefined
    const a = totalsAt(samples, from)
    const b = totalsAt(samples, to)
    const seconds = (b.knownMs - a.knownMs) / 1000
    if (seconds < window.seconds / 2 || seconds <= 0) return undefined
    const rate = (field: Field): number => (b[field] - a[field]) / seconds
    return {
      window: windowOf(from, to),
      knownSeconds: seconds,
      inBitsPerSecond: rate('inOctets') * 8,
      outBitsPerSecond: rate('outOctets') * 8,
      inPacketsPerSecond: rate('inPackets'),
      outPacketsPerSecond: rate('outPackets'),
    }
  }

  #trackOf(device: number, ifIndex: number): Track | undefined {
    const slot = this.#interfaces.find(device, ifIndex)
    return slot < 0 ? undefined : this.#tracks[slot]
  }
}

const twoTo32 = 2 ** 32
/** No interface has 10 Tb/s. A higher rate between two samples is a broken counter, treated as a restart. */
const maxOctetsPerSecond = 1.25e12

/** Adds the traffic between two samples to the totals; after a restart between them only the time advances. */
function after(totals: Record<Field, number>, before: CounterSample, sample: CounterSample): Record<Field, number> {
  const inOctets = octetsBetween(before, sample, 'inOctets')
  const outOctets = octetsBetween(before, sample, 'outOctets')
  if (beginsAnew(before, sample) || inOctets === undefined || outOctets === undefined) {
    return { ...totals, at: sample.at }
  }
  const packets = (field: 'inPackets' | 'outPackets'): number => {
    const difference = sample[field] - before[field]
    return difference >= 0 ? difference : difference + twoTo32
  }
  return {
    at: sample.at,
    knownMs: totals.knownMs + sample.at - before.at,
    inOctets: totals.inOctets + inOctets,
    outOctets: totals.outOctets + outOctets,
    inPackets: totals.inPackets + packets('inPackets'),
    outPackets: totals.outPackets + packets('outPackets'),
  }
}

const isSecondary = (sample: CounterSample, latest: CounterSample): boolean =>
  sourceOf(sample) === 'snmp' && sourceOf(latest) === 'sflow' && sample.at - latest.at < ownFor

function beginsAnew(before: CounterSample, sample: CounterSample): boolean {
  if (sourceOf(before) !== sourceOf(sample)) return true
  return sample.continued === undefined ? hasRestarted(before, sample) : !sample.continued
}

/** Whether the uptime decreased other than by wrapping after 49.7 days. */
function hasRestarted(before: InterfaceCounters, sample: InterfaceCounters): boolean {
  const passed = sample.at - before.at
  return sample.uptimeMs < before.uptimeMs && before.uptimeMs + 2 * passed < twoTo32
}

/** undefined when the total decreased other than by wrapping at 2^32, or increased more than is possible. */
function octetsBetween(
  before: InterfaceCounters,
  sample: InterfaceCounters,
  field: 'inOctets' | 'outOctets',
): number | undefined {
  const difference = sample[field] - before[field]
  const seconds = (sample.at - before.at) / 1000
  if (difference >= 0n) return Number(difference) <= maxOctetsPerSecond * seconds ? Number(difference) : undefined
  if (before[field] >= BigInt(twoTo32)) return undefined
  const wrapped = Number(difference) + twoTo32
  // Without a speed, a wrap can be distinguished from a restart only up to half of the range.
  const most = sample.ifSpeed > 0 ? (sample.ifSpeed / 8) * seconds * 1.5 : twoTo32 / 2
  return wrapped <= most ? wrapped : undefined
}

/** Totals at a time between the first and the last sample, by linear interpolation between adjacent samples. */
function totalsAt(samples: readonly Record<Field, number>[], at: number): Record<Field, number> {
  let next = samples.findIndex((sample) => sample.at >= at)
  if (next <= 0) next = 1
  const [a, b] = [samples[next - 1]!, samples[next]!]
  const part = (at - a.at) / (b.at - a.at)
  const mix = (field: Field): number => a[field] + (b[field] - a[field]) * part
  return {
    at,
    knownMs: mix('knownMs'),
    inOctets: mix('inOctets'),
    outOctets: mix('outOctets'),
    inPackets: mix('inPackets'),
    outPackets: mix('outPackets'),
  }
}
