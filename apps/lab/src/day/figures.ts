/** The figures of the scenario `day`, read from the reports of its runs, and whether each met its aim. @module */
import type { DayRun, Parts } from './parts.ts'
import { type Aim, border, type Group, killed, moves, privateLine, strangers } from './specs.ts'
import { type Unit, type Values, valuesOf, valueText } from './values.ts'

export interface Figure {
  readonly part: string
  readonly what: string
  readonly unit: Unit
  /** Null: no run has it. */
  readonly ours: Values | null
  /** The same without Vagus, in the same run. */
  readonly beside: { readonly what: string; readonly values: Values | null } | null
  readonly aim: {
    /** As people read it, such as `at most 0.3 s`. */
    readonly text: string
    /** Whether each run met it; null: no run has the figure. */
    readonly met: boolean | null
  } | null
}

/** Of all runs, in the order in which they are shown. */
export const figuresOf = (runs: readonly DayRun[]): readonly Figure[] => [
  ...figuresIn(border, runs),
  ...figuresIn(killed, runs),
  ...figuresIn(moves, runs),
  ...figuresIn(privateLine, runs),
  ...figuresIn(strangers, runs),
]

function figuresIn<Part extends keyof Parts>(
  { part, title, specs }: Group<Part>,
  runs: readonly DayRun[],
): readonly Figure[] {
  const reports = runs.flatMap((run): readonly Parts[Part][] => {
    const report: Parts[Part] | undefined = run[part]
    return report === undefined ? [] : [report]
  })
  return specs.map(({ what, unit, ours, beside, aim }) => ({
    part: title,
    what,
    unit,
    ours: valuesOf(reports.map(ours)),
    beside: beside === undefined ? null : { what: beside.what, values: valuesOf(reports.map(beside.of)) },
    aim:
      aim === undefined
        ? null
        : {
            text: aimText(aim, unit),
            met: metIn(
              aim,
              reports.map((report) => [ours(report), beside?.of(report)]),
            ),
          },
  }))
}

type Pair = readonly [ours: number | null | undefined, beside: number | null | undefined]

/** A run in which the figure was not reached has not met it. */
function metIn(aim: Aim, pairs: readonly Pair[]): boolean | null {
  if (pairs.length === 0) return null
  return pairs.every(([ours, beside]) => {
    if (ours === null || ours === undefined) return false
    if (aim.is === 'at most') return ours <= aim.limit
    if (aim.is === 'at least') return ours >= aim.limit
    if (beside === null || beside === undefined) return false
    return ours < beside
  })
}

function aimText(aim: Aim, unit: Unit): string {
  if (!('limit' in aim)) return 'less than beside it'
  return aim.limit === 0 ? '0' : `${aim.is} ${valueText(aim.limit, unit).replace('.00 ', ' ')}`
}
