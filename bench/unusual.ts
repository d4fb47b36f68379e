/**
 * How well loads that are unlike themselves are found, without a threshold that anybody set: anomalies of pairs, put into real
 * matrices, and faults of a real router. All figures but times follow from data and seeds, so every run gives the same.
 */
import type { Row } from '../scripts/bench.ts'
import { needsData } from '../scripts/needs.ts'
import { files } from './insight/networks.ts'
import { alarmsOf, ewma, holtWinters, ours, type Scores, staticThreshold } from './unusual/detectors.ts'
import { abileneLoads, geantLoads, injectionsOf, linkLoadsOf, type Loads } from './unusual/loads.ts'
import { routerFiles, watchRouter } from './unusual/router.ts'
import { f1Of, joined, precisionOf, recallOf, type Score, scoreOf } from './unusual/score.ts'

const others: Readonly<Record<string, Scores>> = {
  'static threshold': staticThreshold,
  'EWMA z': ewma,
  'Holt-Winters z': holtWinters,
}
/** Thresholds from which the best is taken in training. */
const thresholds = Array.from({ length: 60 }, (_, at) => 1.05 * 1.08 ** at)

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  for (const file of [files.abilene, files.geant, ...Object.values(routerFiles)]) {
    const missing = needsData(file)
    if (missing !== false) throw new Error(missing)
  }
  const rows: Row[] = []
  for (const [loads, seeds] of [
    [abileneLoads(), 24],
    [geantLoads(), 3],
  ] as const) {
    progress(loads.name)
    rows.push(...rowsOf(loads, seeds))
  }
  progress('a router')
  return [...rows, ...routerRows()]
}

interface Part {
  readonly loads: Loads
  readonly from: number
  readonly to: number
  readonly seeds: readonly number[]
}

interface Found {
  readonly score: Score
  /** A day and link, without anything put in; and of the link with most. */
  readonly falseAlarms: number
  readonly worst: number
}

function rowsOf(loads: Loads, seeds: number): readonly Row[] {
  const numbers = Array.from({ length: seeds }, (_, at) => at + 1)
  // Training ends where the test begins; anomalies are put into its last two fifths.
  const training: Part = {
    loads,
    from: Math.floor(loads.test * 0.6),
    to: loads.test,
    seeds: numbers.map((seed) => seed + 100),
  }
  const test: Part = { loads, from: loads.test, to: loads.pairs.length, seeds: numbers }
  const capacities = capacitiesOf(loads)
  const begun = performance.now()
  const found = findings(test, (load, link) => ours(load, loads, capacities[link]!))
  const microseconds =
    ((performance.now() - begun) * 1000) / (loads.pairs.length * loads.routing.length * (test.seeds.length + 1))
  const peers = Object.entries(others).map(([name, scores]) => {
    const threshold = tuned(training, scores)
    return { name, found: findings(test, (load) => alarmsOf(scores(load, loads, loads.test), threshold, loads)) }
  })
  const best = peers.reduce((one, other) => (f1Of(other.found.score) > f1Of(one.found.score) ? other : one))
  const { score } = found
  const tell = ({ name, found: { score: their, falseAlarms, worst } }: (typeof peers)[number]): string =>
    `${name}: precision ${precisionOf(their).toFixed(2)}, recall ${recallOf(their).toFixed(2)}, F1 ${f1Of(their).toFixed(3)}, ${falseAlarms.toFixed(3)} false a day and link, the worst link ${worst.toFixed(2)}`
  const kinds = [...score.byKind]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kind, { events, found: seen }]) => `${kind} ${seen}/${events}`)
  return [
    {
      claim: `${loads.name}: anomalies of pairs found at links, against the best of three that are tuned with labels`,
      unit: 'F1',
      ours: f1Of(score),
      peer: f1Of(best.found.score),
      ratio: f1Of(score) / f1Of(best.found.score),
      aim: 'better',
      note: `ours, without labels: precision ${precisionOf(score).toFixed(2)}, recall ${recallOf(score).toFixed(2)}, ${score.events} anomalies, median delay ${median(score.delays)} steps; ${kinds.join(', ')}\n  ${peers.map(tell).join('\n  ')}`,
    },
    {
      claim: `${loads.name}: false alarms a day and link, nothing put in; peer: the same with the best F1`,
      unit: 'alarms',
      ours: found.falseAlarms,
      peer: best.found.falseAlarms,
      ratio: best.found.falseAlarms / found.falseAlarms,
      aim: '<= 1 for every link',
      note: `the worst link ${found.worst.toFixed(2)}; what is unusual in the data themselves counts as false`,
    },
    {
      claim: `${loads.name}: time of a step of one series`,
      unit: 'us',
      ours: microseconds,
      peer: null,
      ratio: null,
      aim: '<= 20',
    },
  ]
}

/** Three times the mean of the training: the links of the data are mostly far from full. */
function capacitiesOf(loads: Loads): readonly number[] {
  return linkLoadsOf(loads).map((load) => {
    const known = load.slice(0, loads.test).filter(Number.isFinite)
    return (3 * known.reduce((sum, one) => sum + one, 0)) / known.length
  })
}

function findings(
  { loads, from, to, seeds }: Part,
  detect: (load: Float64Array, link: number) => ReturnType<typeof ours>,
): Found {
  const hour = Math.max(2, Math.round(loads.stepsPerDay / 24))
  const days = (to - from) / loads.stepsPerDay
  const upTo = (all: readonly Float64Array[]) => all.map((load) => load.slice(0, to))
  const score = joined(
    seeds.map((seed) => {
      const injected = injectionsOf(loads, from, to, seed)
      return scoreOf(upTo(linkLoadsOf(loads, injected)).map(detect), injected, { from, to, hour })
    }),
  )
  const clean = upTo(linkLoadsOf(loads))
    .map(detect)
    .map((alarms) => alarms.filter(({ step }) => step >= from).length / days)
  return {
    score,
    falseAlarms: clean.reduce((sum, one) => sum + one, 0) / clean.length,
    worst: Math.max(...clean),
  }
}

/** The threshold with the best F1. */
function tuned({ loads, from, to, seeds }: Part, scores: Scores): number {
  const hour = Math.max(2, Math.round(loads.stepsPerDay / 24))
  const runs = seeds.map((seed) => {
    const injected = injectionsOf(loads, from, to, seed)
    return { injected, scores: linkLoadsOf(loads, injected).map((load) => scores(load.slice(0, to), loads, from)) }
  })
  const f1At = (threshold: number): number =>
    f1Of(
      joined(
        runs.map((run) =>
          scoreOf(
            run.scores.map((one) => alarmsOf(one, threshold, loads)),
            run.injected,
            { from, to, hour },
          ),
        ),
      ),
    )
  return thresholds.reduce((one, other) => (f1At(other) > f1At(one) ? other : one))
}

function routerRows(): readonly Row[] {
  const { events, found, shutdowns, episodes, false: wrong, delaySeconds, series, hours } = watchRouter()
  return [
    {
      claim: 'one router, faults made on purpose after the first 48 minutes: those that were told',
      unit: 'share',
      ours: found / events,
      peer: null,
      ratio: null,
      aim: '>= 0.8',
      note: `${found} of ${events}, of shut interfaces ${shutdowns.found} of ${shutdowns.events}; median delay ${median(delaySeconds)} s; the set publishes no scores`,
    },
    {
      claim: 'the same: episodes that are none of them',
      unit: 'episodes',
      ours: wrong,
      peer: null,
      ratio: null,
      aim: '<= 1 a day and series',
      note: `of ${episodes} in ${hours.toFixed(1)} hours of ${series} series`,
    },
  ]
}

const median = (list: readonly number[]): number => list.toSorted((one, other) => one - other)[list.length >> 1] ?? NaN
