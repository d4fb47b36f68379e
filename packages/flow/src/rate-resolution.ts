/**
 * Which sampling rate holds for records that state none: that of the sampler they name, of their interface or domain,
 * of the message's header, or what the operator configured. Options that an exporter announced for domain 0, or for the
 * same domain from another source port without data of its own, hold where the stream has none of its own.
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
 * The announcement that holds for a stream: its own, that of domain 0, or the newest of another port of the domain.
 * Ports that were silent since before the stream began belong to an exporter that was set up anew: what they said is
 * over. Ports with data of their own may be of another router behind the same address: what they say is of their data.
 * `rateIn` is 0 where an announcement does not say what is asked.
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

/** `headerRate` is 0 when the header says none; `configured` likewise. A rate of 0 is unknown. */
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
  // Nearly every exporter of NetFlow v5 that samples says so in the header; no interval there is no sampling.
  return stream.protocol === 'netflow5' ? { rate: 1, from: 'header' } : { rate: 0, from: 'none' }
}

/** The rate of a sampler that records name; 0 when no options announced it. */
export function samplerRateOf(entry: ExporterEntry, stream: Stream, sampler: number): number {
  const rateIn = ({ samplers }: Sampling): number => samplers.get(sampler) ?? 0
  const sampling = announcementFor(entry, stream, rateIn)
  return sampling ? rateIn(sampling) : 0
}

/** The rates that hold by interface; undefined when no options announced any. */
export const interfaceRatesOf = (entry: ExporterEntry, stream: Stream): ReadonlyMap<number, number> | undefined =>
  announcementFor(entry, stream, ({ interfaces }) => interfaces.size)?.interfaces

/** systemInitTimeMilliseconds from the options data of the stream, or of a domain beside it; 0 is unknown. */
export function initTimeOf({ streams }: ExporterEntry, stream: Stream): number {
  let { initTime } = stream
  if (initTime === 0) for (const beside of streams.domainsBeside(stream)) initTime ||= beside.initTime
  return initTime
}
