/**
 * Who approves what the advisor proposes, in the same live worlds of Abilene's first five days: nobody, a person who approves
 * everything two or ten minutes after it was proposed and never looks again, and the controller by itself.
 * @module
 */
import {
  Autopilot,
  liveWorldOf,
  nobody,
  personWho,
  type Pilot,
  replay,
  type Replayed,
  type Weather,
} from '../../packages/steering/src/benchmark/index.ts'
import { periodsOfSplit } from './matrices.ts'

export const weathers = ['honest', 'ignoring', 'losses', 'bursts'] as const satisfies readonly Weather[]

const minute = 60_000
const hour = 60 * minute
const stepMinutes = 5
/** As in vagus.yaml without any of its keys. */
const usual = { proven: 5, lease: hour, moves: 4, perHour: 4, prefixes: [] }

const pilots = {
  nobody: () => nobody,
  'person, 2 min': () => personWho(2 * minute, hour),
  'person, 10 min': () => personWho(10 * minute, hour),
  'by itself': () => new Autopilot({ ...usual, proven: 0, moves: 8 }),
  'by itself, usual bounds': () => new Autopilot(usual),
} satisfies Record<string, () => Pilot>
type PilotName = keyof typeof pilots

/** Means of all seeds; of `shortestRest` and `mostInHour` the worst. */
export type Live = Readonly<Record<PilotName, Replayed>>

export function liveOf(weather: Weather, seeds: readonly number[]): Live {
  const { training } = periodsOfSplit('A')
  const worlds = seeds.map((seed) => liveWorldOf(training, { stepMinutes, seed, weather }))
  const entries = Object.entries(pilots).map(([name, create]) => [
    name,
    meanOf(worlds.map((world) => replay(world, create()))),
  ])
  return Object.fromEntries(entries) as Live // the names of `pilots`
}

function meanOf(all: readonly Replayed[]): Replayed {
  const mean = (key: Exclude<keyof Replayed, 'shortestRest' | 'mostInHour'>): number =>
    all.reduce((sum, one) => sum + one[key], 0) / all.length
  return {
    lost: mean('lost'),
    lossy: mean('lossy'),
    proposals: mean('proposals'),
    approvals: mean('approvals'),
    ended: mean('ended'),
    changes: mean('changes'),
    shortestRest: Math.min(...all.map(({ shortestRest }) => shortestRest)),
    mostInHour: Math.max(...all.map(({ mostInHour }) => mostInHour)),
  }
}
