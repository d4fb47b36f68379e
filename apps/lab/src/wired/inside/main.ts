/** The scenario `wired` inside its namespaces. Prints one JSON a line, as `Inside` has it. Argument: `InsideOptions`. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { endProgram } from '../../end-program.ts'
import { run } from '../../inside/run.ts'
import type { Inside } from '../../outside/run-for-report.ts'
import { recordAll } from '../../record/recorder.ts'
import { evaluate, type MoveKind, type MoveTime } from '../evaluate.ts'
import { movesOf } from '../moves.ts'
import { accessAddresses, mobileBlock, roverAddress, roverLinks } from '../network.ts'
import { uptimeMs } from '../packets.ts'
import type { InsideOptions, InsideReport } from '../report.ts'
import { startDevices, startKeeper, startRouters } from './bring-up.ts'
import { robotBegins, robotMoves, robotRules, roverBegins, roverMoves } from './hosts.ts'
import { Place, until } from './place.ts'
import { startStream } from './traffic.ts'

const { moves: count, how, interval, seed, edges, folder, record } = JSON.parse(process.argv[2]!) as InsideOptions

const say = (what: Inside<InsideReport>): void => void process.stdout.write(`${JSON.stringify(what)}\n`)
async function timed<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  const result = await work()
  say({ type: 'step', step, seconds: (performance.now() - began) / 1000 })
  return result
}

const place = await timed('namespaces and links', () => Place.make(folder))
const stopRecording = record === undefined ? undefined : await timed('recorder', () => recordAll(record, folder))
await timed('routers: FRR and BIRD', () => startRouters(place, edges))
const devices = await timed('an agent beside each edge', () => startDevices(place, edges))
await run(place.on('robot', ['ip', '-6', '-batch', '-']), `${robotRules().join('\n')}\n`)
startKeeper(place)

let [at = 'pe-1'] = edges
let port: (typeof roverLinks)[number] = 'eth1'
const address = await timed('the first attachment', () => robotBegins(place, at))
await roverBegins(place)
const [vagus, without, lan] = await timed('three streams', () =>
  Promise.all([
    startStream(place, 'robot', address),
    startStream(place, 'robot', accessAddresses(at).host),
    startStream(place, 'rover', roverAddress),
  ]),
)
await sleep(1000)

const times: MoveTime[] = []
const attachedAfter: number[] = []
for (const { kind, to } of movesOf({ count, how, seed, edges })) {
  const began = uptimeMs()
  times.push({ kind, from: at, to, at: began })
  const otherPort = roverLinks.find((one) => one !== port)!
  const [after] = await Promise.all([robotMoves(place, at, to, kind), roverMoves(place, port, otherPort, kind)])
  attachedAfter.push(after)
  say({ type: 'news', text: `${kind} move from ${at} to ${to}: attached after ${after.toFixed(0)} ms` })
  at = to
  port = otherPort
  await sleep(Math.max(0, began + interval - uptimeMs()))
}

const end = uptimeMs()
const ended = await Promise.all([vagus.end(), without.end(), lan.end()])
const [ours, none, within] = ended.map(({ sent, sunk }) => evaluate(sunk, sent, times, end))
const routesAtCore = async (): Promise<number> => {
  const routes = await run(place.on('core', ['ip', '-6', 'route', 'show', 'root', mobileBlock]))
  return routes.split('\n').filter((line) => line.startsWith(`${address} `)).length
}
const routesLeft = await routesAtCore()
const killedAt = uptimeMs()
await devices.kill(at)
const hasRoutes = (wanted: number) => async (): Promise<number> => {
  if ((await routesAtCore()) !== wanted) throw new Error(`the core has not ${wanted} routes to ${address}`)
  return uptimeMs() - killedAt
}
const withdrawnAfter = await until('the route stays', hasRoutes(0))
const backAfter = await until('the route does not come back', hasRoutes(1))
say({ type: 'news', text: `the agent of ${at} was killed: its route is gone, and back` })
const ofKind = (kind: MoveKind): number => times.filter((one) => one.kind === kind).length
say({
  type: 'report',
  report: {
    routers: devices.routers,
    moves: { planned: ofKind('planned'), sudden: ofKind('sudden') },
    interval,
    address,
    halves: { vagus: ours!, without: none!, lan: within! },
    attachedAfter,
    routesLeft,
    killed: { withdrawnAfter, backAfter },
  },
})
await stopRecording?.()
endProgram()
