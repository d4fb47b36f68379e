/**
 * A border link that fills: the neighbour AS of the topology `border` sends two sites more than the link carries over which
 * everything enters. What the controller proposes is approved by the command that an operator would type, or by the controller
 * itself. What is lost is counted where it is lost, at the neighbour's shapers; what the neighbour was told is read from its
 * own routers.
 * @module
 */
import { loadavg } from 'node:os'
import { LabError } from '../errors.ts'
import type { SteeringOptions } from '../lab.ts'
import { inLab, type ScenarioOptions } from '../scenario.ts'
import { approved, byItself, observed, type Played, slowestProposal, type Stage } from './acts.ts'
import { withFaults } from './faults.ts'
import { firstAbove, thresholdsOf } from './figures.ts'
import { withKill } from './kill.ts'
import type { SteerMode, SteerReport } from './report.ts'
import { newPlaces, newPrefixes, sameRoutes } from './routes.ts'
import { Scene, topology } from './scene.ts'

export interface SteerOptions extends ScenarioOptions {
  readonly mode: SteerMode
  /** Of each stretch, 10..600, at least: the first ends when the controller can read its border, the second when it proposes. */
  readonly seconds: number
  /** The same seed gives the same traffic. */
  readonly seed: number
}

/** Seconds of a stretch: a step of the controller takes ten, and everything must be over within the time of the leases. */
const shortest = 10
const longest = 600
/** Of the usual traffic: few packets, so that a machine with other things to do can send all of them. */
const load = 0.1
const static80 = 0.8
/** Milliseconds: counters and flows come every few seconds, and a step of the controller takes ten. */
const slowestReading = 120_000
/** Seconds that a lease of the controller's own lasts beyond the stretch: the surge ends before. */
const leaseBeyond = 60

const acts: Readonly<Record<SteerMode, (stage: Stage) => Promise<Played>>> = {
  approve: approved,
  'by-itself': byItself,
  faults: withFaults,
  kill: withKill,
  observe: observed,
}

/** Brings up a lab, `steer` unless it has another name, fills its border, and takes it down again. Throws `LabError`; the signal's reason. */
export async function steer(options: SteerOptions): Promise<SteerReport> {
  const { seconds, seed } = options
  if (!(seconds >= shortest && seconds <= longest))
    throw new LabError('usage', `a stretch lasts ${shortest} s to ${longest / 60} m, got ${seconds} s`)
  const lab = {
    name: 'steer',
    topology,
    programs: ['controller', 'exporters', 'devices', 'traffic'],
    traffic: { seed, matrix: 'gravity', load }, // the same with and without measured data
    steering: steeringOf(options),
  } as const
  return inLab(lab, options, async (up, where) => played(await Scene.of(up, where, options), options))
}

/** A new lab has no record of proposals that helped, so by itself it acts without. */
const steeringOf = ({ mode, seconds }: SteerOptions): SteeringOptions =>
  mode === 'by-itself' ? { act: 'by-itself', bounds: { proven: 0, lease: `${seconds + leaseBeyond}s` } } : {}

async function played(scene: Scene, { mode, seconds, seed }: SteerOptions): Promise<SteerReport> {
  const { lab, watch } = scene
  const started = Date.now()
  await watch.ready(slowestReading)
  await watch.look(started + seconds * 1000 - Date.now())
  const before = await scene.told()

  const usualUntil = Date.now()
  const { surges, at: surged } = await scene.surge()
  const first = await watch.proposed(slowestProposal, mode === 'by-itself' ? 'open or acted' : 'open')
  const firstProposal = { id: first.proposal.id, after: first.at - surged }
  scene.news(`${firstProposal.id} is proposed ${(firstProposal.after / 1000).toFixed(1)} s later`)
  const untouched = await scene.told()
  let { proposal } = first
  if (mode !== 'by-itself') {
    await watch.look(surged + seconds * 1000 - Date.now())
    proposal = (await watch.proposed(slowestProposal)).proposal // another one may have taken its place
  }
  const play = await acts[mode]({ scene, before, proposal, seconds })

  const end = await scene.told()
  const later = [untouched, play.approved, end]
  const alarm = firstAbove(watch.sightings, static80, surged)
  return {
    provenance: lab.provenance,
    substrate: lab.substrate,
    mode,
    seed,
    loadavg: loadavg(),
    surges,
    stretches: {
      usual: scene.stretch({ from: started, to: usualUntil }),
      noAction: scene.stretch({ from: surged, to: play.acting }),
      after: scene.stretch({ from: play.acted, to: play.measured }),
    },
    proposal: play.proposal ?? (await watch.proposal(play.id)),
    firstProposal,
    static80After: alarm === null ? null : alarm - surged,
    approval: play.approval,
    ending: play.ending,
    faults: play.faults,
    killed: play.killed,
    course: {
      links: scene.course(started),
      thresholds: thresholdsOf(watch.sightings, started),
      moments: {
        surge: surged - started,
        proposal: first.at - started,
        acting: play.acting - started,
        inForce: play.acted - started,
        measured: play.measured - started,
      },
    },
    updates: {
      before: untouched.updates - before.updates,
      approved: play.approved.updates - untouched.updates,
      undone: end.updates - play.approved.updates,
    },
    newPrefixes: [...new Set(later.flatMap((one) => newPrefixes(before, one)))],
    newPlaces: [...new Set(later.flatMap((one) => newPlaces(before, one)))],
    routesAsBefore: sameRoutes(before, end),
  }
}
