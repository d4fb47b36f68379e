/**
 * Exporters of one device, address and protocol as one: a router that meters each interface by itself sends from many
 * ports, and thirty equal lines hide the different one.
 * @module
 */
import type { Exporter } from '@vagus/api'

export interface ExporterGroup {
  readonly key: string
  /** One per port and observation domain; never empty. */
  readonly streams: readonly Exporter[]
  /** The sums of all streams, the newest time, and the worst loss. */
  readonly whole: Exporter
}

const sum = (
  streams: readonly Exporter[],
  key: 'datagrams' | 'records' | 'templates' | 'parked' | 'malformed',
): number => streams.reduce((total, stream) => total + stream[key], 0)

function wholeOf(streams: readonly Exporter[]): Exporter {
  const worst = streams.reduce((a, b) => (b.lost.share > a.lost.share ? b : a))
  const newest = streams.reduce((a, b) => (b.lastAt > a.lastAt ? b : a))
  const rates = new Set(streams.map(({ sampling }) => sampling?.rate))
  return {
    ...newest,
    datagrams: sum(streams, 'datagrams'),
    records: sum(streams, 'records'),
    templates: sum(streams, 'templates'),
    parked: sum(streams, 'parked'),
    malformed: sum(streams, 'malformed'),
    lost: { ...worst.lost, units: streams.reduce((total, { lost }) => total + lost.units, 0) },
    // different rates have no common one
    sampling: rates.size === 1 ? newest.sampling : null,
  }
}

/** By device, unconfigured ones first, then by address, protocol and port. */
export function exporterGroupsOf(exporters: readonly Exporter[]): ExporterGroup[] {
  const sorted = exporters.toSorted(
    (a, b) =>
      (a.device ?? '').localeCompare(b.device ?? '', 'en', { numeric: true }) ||
      a.address.localeCompare(b.address, 'en', { numeric: true }) ||
      a.protocol.localeCompare(b.protocol) ||
      a.port - b.port ||
      a.domain - b.domain,
  )
  const groups = Map.groupBy(sorted, ({ device, address, protocol }) => `${device ?? ''} ${address} ${protocol}`)
  return [...groups].map(([key, streams]) => ({ key, streams, whole: wholeOf(streams) }))
}
