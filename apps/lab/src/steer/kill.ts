/** What becomes of routes and traffic when everything of Vagus dies at once while an approval is in force. @module */
import { faultOf } from '../fault.ts'
import { deviceName } from '../inside/programs.ts'
import { allTold, startProber } from '../line/programs.ts'
import { roundTripsOf } from '../line/figures.ts'
import { labFault } from '../outside/fault.ts'
import { type Played, slowestEnd, type Stage, typed, wholeRun } from './acts.ts'
import type { KillFigures } from './report.ts'
import { sameRoutes } from './routes.ts'

/** Across the border: from a host of the neighbour to one of a site that the moves are about. */
const ends = { from: 'tr-1', source: '198.18.0.10', destination: '10.16.0.10' } as const
/** Milliseconds between two probes, and octets of each. */
const probing = { every: 20, octets: 84 } as const
/** Until the queues of a full link have drained, and for which is looked at behind the kill. */
const drained = 3000
const behind = 5000

/** Approved by the command; the surge ends, so that no loss is that of a full link; then controller and all agents are killed. */
export async function withKill(stage: Stage): Promise<Played> {
  const played = await typed(stage, wholeRun)
  const { scene } = stage
  const proposal = await scene.watch.proposal(played.id)
  await scene.calm()
  await scene.pause(drained)
  return { ...played, proposal, killed: await killAll(stage) }
}

async function killAll({ scene, before }: Stage): Promise<KillFigures> {
  const { where, routers } = scene
  const programs = ['controller', ...routers.map(deviceName)]
  const { from, ...path } = ends
  const prober = await startProber(where, from, { ...path, ...probing })
  await scene.pause(1000) // until it sends
  const at = Date.now()
  await Promise.all(programs.map((program) => labFault(faultOf(['kill', program]), where)))
  scene.news(`${programs.join(', ')} are killed`)
  const back = await scene.routes(slowestEnd, (told) => sameRoutes(before, told))
  scene.news(back === null ? 'the routes are NOT those of before' : 'the routes are those of before')
  const to = Math.max(Date.now(), at + behind)
  await scene.pause(to - Date.now())
  await allTold(prober, to, scene.signal)
  prober.stop()
  const probes = roundTripsOf(prober.probes, { from: at, to })
  return { programs, routesAsBefore: back === null ? null : back - at, probes }
}
