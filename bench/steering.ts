/**
 * Who approves what is proposed at a border: the controller by itself beside a person, and nobody. And Vagus-MED: what the
 * best policy costs beside the rules and the search that one would use without it, in the same worlds.
 * All figures but the decision time follow from data and seeds, so every run gives the same.
 * @module
 */
import { compare, gapClosed, worstDay } from '../packages/steering/src/benchmark/index.ts'
import type { Row } from '../scripts/bench.ts'
import { needsData } from '../scripts/needs.ts'
import { type Contest, type Contestant, contestOf, statelessThreshold } from './steering/contest.ts'
import { type Live, liveOf, weathers } from './steering/live.ts'
import { fileOf, type Split } from './steering/matrices.ts'

/** Fresh ones: tables and tuning elsewhere use 1-18. The baselines are tuned on the training days of the first two. */
const seeds = Array.from({ length: 20 }, (_, at) => 21 + at)
const liveSeeds = seeds.slice(0, 5)
const names: Record<Split, string> = {
  A: 'Abilene, days 1-5 → 6-7',
  B: 'Abilene, days 1-3 → 4-5',
  GEANT: 'GEANT, days 1-28 → 56-83',
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const contestOrder = ['A', 'B', 'GEANT'] as const
  for (const split of contestOrder) {
    const missing = needsData(fileOf(split))
    if (missing !== false) throw new Error(missing)
  }
  const live = weathers.map((weather) => {
    progress(`${liveSeeds.length} worlds of five days, ${weather}: who approves`)
    return liveRow(weather, liveOf(weather, liveSeeds))
  })
  return [...live, ...contestOrder.flatMap((split) => rowsOf(contestOf(split, seeds, progress)))]
}

function liveRow(weather: string, live: Live): Row {
  const ours = live['by itself']
  const peer = live['person, 10 min']
  const seconds = ours.shortestRest / 1000
  return {
    claim: `five days of Abilene, ${weather}: traffic lost, the controller by itself against a person after 10 min`,
    unit: '% of the traffic',
    ours: 100 * ours.lost,
    peer: 100 * peer.lost,
    ratio: ratioOf(ours.lost, peer.lost),
    aim: 'less, and no prefix changed twice in 120 s',
    note: `nobody ${percent(live.nobody.lost)}, a person after 2 min ${percent(live['person, 2 min'].lost)}, by itself with the usual bounds ${percent(live['by itself, usual bounds'].lost)}; ${ours.approvals.toFixed(0)} approvals, ${ours.ended.toFixed(0)} taken back, a prefix changed at most ${ours.mostInHour} times in an hour and not within ${seconds} s`,
  }
}

/** Of figures that are costs: more is better. */
const ratioOf = (ours: number, peer: number): number | null => (ours > 0 ? peer / ours : null)
const costsOf = ({ runs }: Contestant): readonly number[] => runs.map(({ cost }) => cost)

function rowsOf(contest: Contest): readonly Row[] {
  const { split, tuned, ours, rule, stateless, search, oracle, knowing } = contest
  const { high, low } = tuned.rule
  const { threshold, price, factor } = tuned.search
  const where = names[split]
  const searching = `the tuned search (${threshold}, ${price}, ×${factor})`
  const gap = (cost: number): number => 100 * gapClosed(cost, rule.mean.cost, oracle.cost)
  return [
    costRow(contest, `the tuned threshold rule (${high}/${low})`, rule, 'better for every seed'),
    costRow(
      contest,
      `stateless ${statelessThreshold}`,
      stateless,
      'at most 0.4 times its cost, with a quarter of its moves',
    ),
    costRow(contest, searching, search, 'better for every seed'),
    {
      claim: `${where}: part of the gap from the tuned rule to the oracle that is closed, against ${searching}`,
      unit: '%',
      ours: gap(ours.mean.cost),
      peer: gap(search.mean.cost),
      ratio: gap(search.mean.cost) > 0 ? gap(ours.mean.cost) / gap(search.mean.cost) : null,
      aim: split === 'GEANT' ? '>= 45 %' : '>= 63 %',
      note: `the oracle has J ${oracle.cost.toFixed(4)}; a search that knows the true loads closes ${gap(knowing.present.cost).toFixed(0)} %, those of the next step ${gap(knowing.loads.cost).toFixed(0)} %, its capacities ${gap(knowing.capacities.cost).toFixed(0)} %`,
    },
    {
      claim: `${where}: moves in a step, against the tuned threshold rule`,
      unit: 'moves',
      ours: ours.mean.moves,
      peer: rule.mean.moves,
      ratio: ratioOf(ours.mean.moves, rule.mean.moves),
      aim: 'no more than the rule',
      note: `tuned search ${search.mean.moves.toFixed(3)}, stateless ${stateless.mean.moves.toFixed(3)}, oracle ${oracle.moves.toFixed(3)}`,
    },
    {
      claim: `${where}: traffic that is dropped, against ${searching}`,
      unit: '% of the traffic',
      ours: 100 * ours.mean.drop,
      peer: 100 * search.mean.drop,
      ratio: ratioOf(ours.mean.drop, search.mean.drop),
      aim: 'less',
      note: `tuned rule ${percent(rule.mean.drop)}, stateless ${percent(stateless.mean.drop)}, oracle ${percent(oracle.drop)}`,
    },
    worstDayRow(contest, searching),
    {
      claim: `${where}: time of a decision over ${contest.prefixes} prefixes, against ${searching}`,
      unit: 'ms',
      ours: ours.milliseconds,
      peer: search.milliseconds,
      ratio: search.milliseconds / ours.milliseconds,
      aim: split === 'GEANT' ? '<= 5 ms' : '<= 1 ms',
      note: 'the only figure here that depends on the machine',
    },
  ]
}

const percent = (share: number): string => `${(100 * share).toFixed(3)} %`

function costRow({ split, ours, seeds }: Contest, name: string, peer: Contestant, aim: string): Row {
  const { wins, gain, error } = compare(costsOf(ours), costsOf(peer))
  const moves = (ours.mean.moves / peer.mean.moves).toFixed(2)
  return {
    claim: `${names[split]}: cost J of a step, against ${name}`,
    unit: 'J',
    ours: ours.mean.cost,
    peer: peer.mean.cost,
    ratio: ratioOf(ours.mean.cost, peer.mean.cost),
    aim,
    note: `better on ${wins} of ${seeds.length} seeds (${seeds[0]}-${seeds.at(-1)}), by ${gain.toFixed(4)} ± ${error.toFixed(4)} in the mean; with ${moves} times its moves`,
  }
}

function worstDayRow({ split, stepsPerDay, ours, search }: Contest, name: string): Row {
  const worst = ours.runs.map(({ costs }, seed) => worstDay(costs, search.runs[seed]!.costs, stepsPerDay))
  return {
    claim: `${names[split]}: cost of the worst day of any seed, against ${name} on that day`,
    unit: 'times',
    ours: Math.max(...worst),
    peer: 1,
    ratio: 1 / Math.max(...worst),
    aim: 'never above 1.05 times',
    note: `of ${worst.length} seeds, ${worst.filter((each) => each > 1.05).length} have a day above that`,
  }
}
