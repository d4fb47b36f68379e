/**
 * Which sampling rate holds for records that state none: that of their domain, of the sampler they name, of the
 * message's header, or what the operator configured. Options that an exporter announced for domain 0, or for the same
 * domain from another source port, hold where the stream has none of its own.
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

/** Announcements that may hold for a stream: its own first. */
function* announcementsFor({ streams }: ExporterEntry, stream: Stream): Iterable<Sampling> {
  yield stream.sampling
  for (const beside of streams.domainsBeside(stream)) if (beside.domain === 0) yield beside.sampling
  for (const sibling of streams.siblingsOf(stream)) yield sibling.sampling
}

/** `headerRate` is 0 when the header says none; `configured` likewise. A rate of 0 is unknown. */
export function baseRateOf(
  entry: ExporterEntry,
  stream: Stream,
  headerRate: number,
  configured: number | undefined,
): ResolvedRate {
  for (const sampling of announcementsFor(entry, stream)) {
    if (sampling.baseRate > 0) return { rate: sampling.baseRate, from: sampling.domainRate > 0 ? 'domain' : 'sampler' }
  }
  if (headerRate > 0) return { rate: headerRate, from: 'header' }
  if (configured) return { rate: configured, from: 'configured' }
  // Nearly every exporter of NetFlow v5 that samples says so in the header; no interval there is no sampling.
  return stream.protocol === 'netflow5' ? { rate: 1, from: 'header' } : { rate: 0, from: 'none' }
}

/** The rate of a sampler that records name; 0 when no options announced it. */
export function samplerRateOf(entry: ExporterEntry, stream: Stream, sampler: number): number {
  for (const sampling of announcementsFor(entry, stream)) {
    const rate = sampling.samplers.get(sampler)
    if (rate !== undefined) return rate
  }
  return 0
}

/** systemInitTimeMilliseconds from the options data of the stream, or of a domain beside it; 0 is unknown. */
export function initTimeOf({ streams }: ExporterEntry, stream: Stream): number {
  let { initTime } = stream
  if (initTime === 0) for (const beside of streams.domainsBeside(stream)) initTime ||= beside.initTime
  return initTime
}
