/**
 * Resolves the sampling rate of records that state none: from the sampler that they name, their interface or domain,
 * the message header, or the configuration. If a stream has no options data of its own, options data applies that the
 * exporter announced for domain 0, or for the same domain from another source port without data of its own.
 * @module
 */
import type { SamplingSource } from './exporter-state.ts'
import type { ExporterEntry } from './exporter-table.ts'
import type { Sampling } from './sampling.ts'
import type { Stream } from './stream.ts'

export interface ResolvedRate {
  readonly rate: number
  readonly from: SamplingSource
}

/**
 * The announcement that applies to a stream: its own, that of domain 0, or the newest from another port for the same
 * domain. Ports silent since before the stream began are ignored: the exporter was restarted, so their announcements
 * are stale. Ports with data of their own may belong to another router behind the same address, so their announcements
 * apply to their own data only. `rateIn` returns 0 if an announcement lacks the rate in question.
 */
function announcementFor(
  { streams }: ExporterEntry,
  stream: Stream,
  rateIn: (sampling: Sampling) => number,
): Sampling | undefined {
  if (rateIn(stream.sampling) > 0) return stream.sampling
  const whole = streams.get(stream.port, stream.protocol, 0)
  if (whole && rateIn(whole.sampling) > 0) return whole.sampling
  let newest: Stream | undefined
  for (const sibling of streams.siblingsOf(stream)) {
    if (sibling.lastAt < stream.firstAt || sibling.lastAt <= (newest?.lastAt ?? -1)) continue
    if (!stream.isServedBy(sibling)) continue
    if (rateIn(sibling.sampling) > 0) newest = sibling
  }
  return newest?.sampling
}

/**
 * The rate for records that name no sampler. `headerRate` and `configured` are 0 or undefined if there is none. A
 * resulting rate of 0 is unknown.
 */
export function baseRateOf(
  entry: ExporterEntry,
  stream: Stream,
  headerRate: number,
  configured: number | undefined,
): ResolvedRate {
  const sampling = announcementFor(entry, stream, ({ baseRate }) => baseRate)
  if (sampling)
    return {
      rate: sampling.baseRate,
      from: sampling.domainRate === 0 && sampling.samplers.size === 1 ? 'sampler' : 'domain',
    }
  if (headerRate > 0) return { rate: headerRate, from: 'header' }
  if (configured) return { rate: configured, from: 'configured' }
  // Nearly all NetFlow v5 exporters that sample state it in the header, so a header without an interval means
  // unsampled.
  return stream.protocol === 'netflow5' ? { rate: 1, from: 'header' } : { rate: 0, from: 'none' }
}

/** The rate of a sampler that records name; 0 if no options data announced it. */
export function samplerRateOf(entry: ExporterEntry, stream: Stream, sampler: number): number {
  const rateIn = ({ samplers }: Sampling): number => samplers.get(sampler) ?? 0
  const sampling = announcementFor(entry, stream, rateIn)
  return sampling ? rateIn(sampling) : 0
}

/** The rates by SNMP index of the interface; undefined if no options data announced any. */
export const interfaceRatesOf = (entry: ExporterEntry, stream: Stream): ReadonlyMap<number, number> | undefined =>
  announcementFor(entry, stream, ({ interfaces }) => interfaces.size)?.interfaces

/**
 * systemInitTimeMilliseconds from options data of the stream, or of another domain from the same port; 0 is unknown.
 */
export function initTimeOf({ streams }: ExporterEntry, stream: Stream): number {
  let { initTime } = stream
  if (initTime === 0) for (const beside of streams.domainsBeside(stream)) initTime ||= beside.initTime
  return initTime
}
