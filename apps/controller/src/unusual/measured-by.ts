/**
 * How flows are measured at present, as a text that changes when figures of before and after cannot be compared; and whether a
 * step is whole. Losses, silent exporters and other sampling rates must not look like traffic.
 * @module
 */
import type { ExporterState } from '@vagus/flow'
import type { CollectorReport } from '../collector/messages.ts'
import { carriesFlows } from '../domain/device-state.ts'

/** Part of a step's records that may be missing. */
const mostMissing = 0.05
/** What flows miss of the traffic is not steady to a few per cent; what changes more is not the traffic. */
const steady = 0.15
/** Steps after which another coverage is the usual one. */
const patience = 5

/** What a report counts up of the whole flow export. */
interface Sums {
  readonly received: number
  readonly lost: number
  readonly records: number
  readonly leftOut: number
}

export interface Measured {
  readonly by: string
  readonly isWhole: boolean
}

export class MeasuredBy {
  #before: Sums | undefined
  /** That is usual at present; null: not known. */
  #coverage: number | null = null
  /** Steps in which it was another one. */
  #other = 0
  /** Grows with each change of the usual coverage. */
  #generation = 0

  /**
   * Of the step that just ended.
   * @param coverage null: not known, which changes nothing @param silentAfter milliseconds
   */
  step(report: CollectorReport, coverage: number | null, silentAfter: number): Measured {
    const streams = report.exporters.filter(carriesFlows)
    const sums = sumsOf(streams, report)
    const before = this.#before ?? sums
    this.#before = sums
    const isCovered = this.#takeCoverage(coverage)
    const exporting = streams
      .filter(({ lastAt, parked }) => report.at - lastAt < silentAfter && parked === 0)
      .map(({ address, sampling }) => `${address}/${sampling?.rate ?? 0}`)
    const lost = sums.lost - before.lost
    const leftOut = sums.leftOut - before.leftOut
    return {
      by: [this.#generation, ...new Set(exporting.toSorted())].join(' '),
      isWhole:
        isCovered &&
        lost <= mostMissing * Math.max(1, lost + sums.received - before.received) &&
        leftOut <= mostMissing * Math.max(1, sums.records - before.records),
    }
  }

  /** Whether it is the usual one. */
  #takeCoverage(coverage: number | null): boolean {
    if (coverage === null) return true
    this.#coverage ??= coverage
    if (Math.abs(coverage - this.#coverage) < steady) {
      this.#other = 0
      return true
    }
    if (++this.#other < patience) return false
    this.#coverage = coverage
    this.#other = 0
    this.#generation++
    return true
  }
}

const sumsOf = (streams: readonly ExporterState[], { liveLeftOut, liveLate }: CollectorReport): Sums => ({
  received: streams.reduce((sum, { lost }) => sum + lost.received, 0),
  lost: streams.reduce((sum, { lost }) => sum + lost.units, 0),
  records: streams.reduce((sum, { records }) => sum + records, 0),
  leftOut: liveLeftOut + liveLate,
})
