/** One border from step to step: what was read of it, what the engine says, and why it may say nothing. @module */
import { congestedFrom } from '@vagus/api/thresholds'
import { Advisor, type BorderReading, type Finding, type LinkFinding } from '@vagus/steering'
import type { ConfiguredBorder } from './borders.ts'
import type { BorderLinkReading } from './link-readings.ts'

/** Of all borders. */
export interface Pace {
  /** Milliseconds. */
  readonly step: number
  /** Steps, at least 1. */
  readonly horizon: number
}

export interface WatchedReading extends BorderReading {
  readonly links: readonly BorderLinkReading[]
}

export class BorderWatch {
  readonly pace: Pace
  readonly #advisor: Advisor
  /** As it was at the last step. */
  border: ConfiguredBorder
  reading: WatchedReading | undefined
  /** Why nothing can be proposed at present. */
  problem: string | null = 'nothing was read yet'
  /** Milliseconds since 1970: since when there has been a problem without a break; undefined while there is none. */
  troubledSince: number | undefined
  #finding: Finding | undefined

  /** Goes on from `snapshot` where that fits. `firstNumber`: of its next proposal, if the snapshot knows no higher one. */
  constructor(
    border: ConfiguredBorder,
    pace: Pace,
    { firstNumber, snapshot }: { firstNumber: number; snapshot: unknown },
  ) {
    this.border = border
    this.pace = pace
    this.#advisor = Advisor.restore({ stepMs: pace.step, horizon: pace.horizon, firstNumber }, snapshot)
  }

  take(border: ConfiguredBorder, reading: WatchedReading, problem: string | null): Finding {
    this.border = border
    this.reading = reading
    this.problem = problem
    this.troubledSince = problem === null ? undefined : (this.troubledSince ?? reading.at)
    this.#finding = this.#advisor.take(reading)
    return this.#finding
  }

  snapshot(): unknown {
    return this.#advisor.snapshot()
  }

  /** Before the first step as configured, with the usual threshold. */
  get links(): readonly LinkFinding[] {
    return (
      this.#finding?.links ??
      this.border.links.map(({ name, capacity }) => {
        return { name, load: null, capacity, threshold: capacity * congestedFrom, basis: 'usual', upper: null }
      })
    )
  }
}
