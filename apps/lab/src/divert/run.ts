/**
 * A data centre that is overloaded for a while diverts work to others, over a WAN of which others fill one link: the same
 * tasks with each strategy, without that other traffic, and with kill -9 of the programs in between.
 * @module
 */
import { loadavg } from 'node:os'
import { LabError } from '../errors.ts'
import { inLab, type ScenarioOptions } from '../scenario.ts'
import type { Schedulers } from './programs.ts'
import type { DivertReport, DivertRun } from './report.ts'
import { Scene, topology } from './scene.ts'
import { strategies, type Strategy } from './scheduler/decide.ts'
import { arrivalsOf } from './task.ts'

export interface DivertOptions extends ScenarioOptions {
  /** For which the data centre is overloaded in each run, 5..300; default 20. */
  readonly seconds?: number
  /** The same seed gives the same tasks; default 1. */
  readonly seed?: number
  /** Default: all, with the link filled; `quiet`: those that run without other traffic, too; default `idlest` and `aware`. */
  readonly filled?: readonly Strategy[]
  readonly quiet?: readonly Strategy[]
  /** What is killed with signal 9 in a run of `aware`: schedulers and side-cars (default), or the scheduler that takes tasks. */
  readonly kill?: 'programs' | 'scheduler' | 'none'
}

const shortest = 5
const longest = 300
/** Before the overload, milliseconds. */
const calm = 4000
/** Between two of the killed programs, and until one is started again, milliseconds. */
const between = 700

/** Brings up a lab, `divert` unless it has another name, runs everything, and takes it down again. Throws `LabError`; the signal's reason. */
export async function divert(options: DivertOptions = {}): Promise<DivertReport> {
  const { seconds = 20, seed = 1, filled = strategies, quiet = ['idlest', 'aware'], kill = 'programs' } = options
  if (!(seconds >= shortest && seconds <= longest))
    throw new LabError('usage', `an overload lasts ${shortest} s to ${longest} s, got ${seconds} s`)
  const lab = { name: 'divert', topology, programs: ['controller', 'devices', 'agents'] } as const
  return inLab(lab, options, async (up, where) => {
    const scene = await Scene.of(up, where, options)
    const busy = seconds * 1000
    const common = { arrivals: arrivalsOf(seed, { calm, busy }), busy: { from: calm, to: calm + busy } }
    const all = async (which: readonly Strategy[], background: 'filled' | 'quiet') => {
      const runs: Partial<Record<Strategy, DivertRun>> = {}
      for (const strategy of which)
        runs[strategy] = await scene.run({ name: `${strategy}-${background}`, strategy, background, ...common })
      return runs
    }
    const withOthers = await all(filled, 'filled')
    const harm = (schedulers: Schedulers): Promise<void> =>
      kill === 'scheduler' ? killed(scene, schedulers, 'west') : harmed(scene, schedulers)
    const withKills =
      kill === 'none'
        ? null
        : await scene.run({ name: 'aware-killed', strategy: 'aware', background: 'filled', ...common, harm })
    const alone = await all(quiet, 'quiet')
    const { backgrounds, capacity } = scene
    return {
      provenance: up.provenance,
      substrate: up.substrate,
      loadavg: loadavg(),
      seed,
      busy,
      capacity,
      background: Math.round(backgrounds.reduce((sum, rate) => sum + rate, 0) / Math.max(1, backgrounds.length)),
      filled: withOthers,
      quiet: alone,
      killed: withKills,
    }
  })
}

/** Whoever takes tasks, its side-car, and then the same of whoever hands them over. */
async function harmed(scene: Scene, schedulers: Schedulers): Promise<void> {
  for (const centre of ['west', 'east'] as const) {
    await killed(scene, schedulers, centre)
    await scene.pause(between)
    await scene.kill(centre)
    scene.news(`the side-car of ${centre} is killed and started again`)
    await scene.pause(between)
  }
}

async function killed(scene: Scene, schedulers: Schedulers, centre: 'west' | 'east'): Promise<void> {
  await schedulers.kill(centre)
  scene.news(`the scheduler ${centre} is killed`)
  await scene.pause(between)
  await schedulers.start([centre])
}
