/** What Vagus promises in each scenario: a run that breaks it ends with exit code 1, by itself and among others. @module */
import type { Repeatable, RepeatableName } from './metrics.ts'

/** Whether all of the promise was kept. The figures of `line` and `steer` are for their reader to judge. */
export const isKept = <Name extends RepeatableName>(name: Name, report: Repeatable[Name]): boolean =>
  promises[name](report)

const promises: { readonly [Name in RepeatableName]: (report: Repeatable[Name]) => boolean } = {
  line: () => true,
  steer: () => true,
  /** Each event once. */
  roam: ({ halves: { vagus } }) => vagus.lost + vagus.duplicated === 0,
  /** Nobody gets in. */
  intruder: ({ gotIn }) => gotIn === 0,
  /** The stream survives, and a planned move loses nothing. */
  wired({ halves: { vagus } }) {
    return vagus.stream.state === 'whole' && (vagus.kinds.planned?.lost ?? 0) === 0
  },
  /** Each pair has a path, and each message comes once. */
  nat: ({ cells }) =>
    cells.every(({ path, sent, lost, repeated }) => path !== 'none' && sent > 0 && lost + repeated === 0),
  /** Each task has an output, and is worked once. */
  divert({ filled, quiet, killed }) {
    const runs = [...Object.values(filled), ...Object.values(quiet), ...(killed === null ? [] : [killed])]
    return runs.every(({ lost, twice }) => lost + twice === 0)
  },
  /** Each order comes once and in its order; each stop is met, or it is told that it is too late. */
  vehicles({ peers: { vagus } }) {
    const { orders, stops } = vagus
    const once = orders.given > 0 && orders.lost + orders.twice + orders.outOfOrder === 0
    return once && stops.met + stops.refused === stops.given
  },
}
