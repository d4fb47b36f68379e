/** What a run of the scenario `day` measured: the reports of its parts, and the figures that are read from them. @module */
import type { Provenance } from '../provenance.ts'
import type { Figure } from './figures.ts'
import type { DayRun, PartName } from './parts.ts'

export interface DaySettings {
  readonly repeat: number
  /** Of the first run; the next ones have the next numbers. */
  readonly seed: number
  /** Seconds of a stretch of the border. */
  readonly steerSeconds: number
  readonly roamMoves: number
  /** Seconds of each measurement of the line. */
  readonly lineSeconds: number
}

export interface DayReport {
  readonly provenance: Provenance
  /** How its networks were made: `frr-userns` or `frr-netns`. Null when no part came so far. */
  readonly substrate: string | null
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before its end. */
  readonly loadavg: readonly number[]
  readonly settings: DaySettings
  /** Of everything. */
  readonly seconds: number
  readonly figures: readonly Figure[]
  /** Parts that did not come to their end, and why. */
  readonly failures: readonly { readonly run: number; readonly part: PartName; readonly problem: string }[]
  readonly runs: readonly DayRun[]
}

/** Whether every part came to its end, and every aim was met. */
export const isWhole = ({ figures, failures }: DayReport): boolean =>
  failures.length === 0 && figures.every(({ aim }) => aim === null || aim.met !== false)
