/** State of a device's exports, from the streams of its address. @module */
import type { ExporterState } from '@vagus/flow'
import { clockOf, type ExporterClock } from './clock.ts'

export interface DeviceExports {
  /** `never`: no flow export came since the controller knows; `undecoded`: it comes, but its template does not. */
  readonly state: 'exporting' | 'undecoded' | 'silent' | 'never'
  /** Milliseconds since 1970 of the last flow records; null when there were none. */
  readonly lastAt: number | null
  readonly records: number
  /** Of what was sent within the last hour; null where nothing was. */
  readonly lostShare: number | null
  readonly samplingRate: number | null
  readonly clock: ExporterClock | null
  readonly protocols: readonly string[]
}

/** Whether a stream carries flows, not only interface counters. */
export function carriesFlows(stream: ExporterState): boolean {
  return stream.records > 0 || stream.templates > 0 || stream.parked > 0
}

/** `silentAfter` in milliseconds, `now` in milliseconds since 1970. */
export function deviceExports(streams: readonly ExporterState[], silentAfter: number, now: number): DeviceExports {
  const flows = streams.filter(carriesFlows)
  if (flows.length === 0) {
    return { state: 'never', lastAt: null, records: 0, lostShare: null, samplingRate: null, clock: null, protocols: [] }
  }
  const lastAt = Math.max(...flows.map((stream) => stream.lastAt))
  const lost = flows.reduce((sum, stream) => sum + stream.lost.lastHour.units, 0)
  const received = flows.reduce((sum, stream) => sum + stream.lost.lastHour.received, 0)
  const newest = flows.findLast((stream) => stream.sampling !== undefined)?.sampling
  const records = flows.reduce((sum, stream) => sum + stream.records, 0)
  const isUndecoded = records === 0 && flows.some(({ parked }) => parked > 0)
  return {
    state: now - lastAt >= silentAfter ? 'silent' : isUndecoded ? 'undecoded' : 'exporting',
    lastAt,
    records,
    lostShare: lost + received > 0 ? lost / (lost + received) : null,
    samplingRate: newest === undefined || newest.rate === 0 ? null : newest.rate,
    clock: clockOf(flows),
    protocols: [...new Set(flows.map((stream) => stream.protocol))].sort(),
  }
}
