/**
 * A private line in a full network: the topology `line` has two ways between two data centres, and two other sites fill the
 * one that best effort takes. The same hosts measure without the line and with it, and then everything that it depends on
 * fails, one after the other.
 * @module
 */
import { loadavg } from 'node:os'
import { actorText } from '@vagus/api/actor-text'
import { linePathText } from '@vagus/api/line-words'
import type { LineQuote, LineResource } from '@vagus/api/lines'
import { LabError } from '../errors.ts'
import { inLab, type ScenarioOptions } from '../scenario.ts'
import { coreInterfaces } from '../topology/network.ts'
import { agentOrder } from './agent-order.ts'
import { cutLink, plannedMove, spoof, without } from './faults.ts'
import type { LineReport } from './report.ts'
import { changesBetween, stateOf } from './router-state.ts'
import { ends, Scene, topology } from './scene.ts'

export interface LineOptions extends ScenarioOptions {
  /** Of each measurement, 2..60. */
  readonly seconds: number
}

const shortest = 2
const longest = 60
/** Of a core link. */
const lineShare = 0.4
const overload = 1.5
/** Over this router goes best effort, by the metrics of the topology; over the other one nothing else. */
const busy = 'p-1'
const quiet = 'p-2'
/** At the site where the line begins. */
const agent = 'planner'
/** Milliseconds until every agent has been found, and until routers have let go of a line. */
const slowestReady = 120_000
const slowestRelease = 30_000

/** Brings up a lab, `line` unless it has another name, runs everything, and takes it down again. Throws `LabError`; the signal's reason. */
export async function line(options: LineOptions): Promise<LineReport> {
  const { seconds } = options
  if (!(seconds >= shortest && seconds <= longest))
    throw new LabError('usage', `a measurement lasts ${shortest} s to ${longest} s, got ${seconds} s`)
  const lab = { name: 'line', topology, programs: ['controller', 'devices', 'agents'] } as const
  return inLab(lab, options, async (up, where) => played(await Scene.of(up, where, options), seconds))
}

async function played(scene: Scene, seconds: number): Promise<LineReport> {
  const { lab, network, where } = scene
  const capacity = Math.min(...network.nodes.flatMap(coreInterfaces).map((one) => one.capacity))
  const bitsPerSecond = capacity * lineShare
  await scene.until(slowestReady, 'no line is possible', async () => {
    const { possible, because, considered } = await scene.quote(bitsPerSecond)
    if (!possible || considered.filter(({ problem }) => problem === null).length < 2) throw new Error(because)
  })
  const before = await stateOf(network, where)

  scene.news('best effort, idle')
  const idle = await scene.stretch(seconds)
  const load = await scene.load(capacity * overload)
  scene.news(`best effort, with ${(capacity * overload) / 1e6} Mbit/s beside it`)
  await scene.pause(1000)
  const loaded = await scene.stretch(seconds)

  const { line: first, order } = await orderedByAgent(scene, bitsPerSecond)
  // What a line is worth shows on the full way, wherever it went at first; the controller likes the one with less delay.
  const isBusy = order.path.includes(busy)
  const away = isBusy ? undefined : await plannedMove(scene, first.id, quiet)
  const withLine = await scene.stretch(seconds)
  const planned = away ?? (await plannedMove(scene, first.id, busy))
  await scene.changed(['release', first.id])

  // Another one, because the first one still avoids a way.
  const { id } = await ordered(scene, bitsPerSecond)
  const protectedCut = await cutLink(scene, await scene.protected(id, slowestReady))
  await scene.changed(['change', id, '--protect', 'no'])
  const cut = await cutLink(scene, await scene.line(id))
  const refusal = await refused(scene, capacity)
  const spoofed = await spoof(scene, await scene.line(id))
  const controller = await without(scene, id, 'controller')
  const device = await without(scene, id, { device: (await scene.line(id)).path!.hops[0]!.from })
  const crossLoad = await load.stop()

  const releasing = Date.now()
  await scene.changed(['release', id])
  const releaseCommand = Date.now() - releasing
  return {
    provenance: lab.provenance,
    substrate: lab.substrate,
    loadavg: loadavg(),
    capacity,
    crossLoad,
    stretches: { idle, loaded, line: withLine },
    order,
    planned,
    protectedCut,
    cut,
    refusal,
    spoof: spoofed,
    dead: { controller, device },
    release: { command: releaseCommand, left: await leftOf() },
  }

  /** What is still there after some time. */
  async function leftOf(): Promise<readonly string[]> {
    const deadline = Date.now() + slowestRelease
    for (;;) {
      const changes = changesBetween(before, await stateOf(network, where))
      if (changes.length === 0 || Date.now() > deadline) return changes
      await scene.pause(500)
    }
  }
}

/** By the agent of the site, through its side-car, with the MCP SDK: nobody types anything. */
async function orderedByAgent(scene: Scene, bitsPerSecond: number) {
  const { id, milliseconds, isActive } = await agentOrder(scene.where, agent, { ...ends, bitsPerSecond, for: '30m' })
  const line = await scene.line(id)
  if (!isActive) throw new LabError('failed', `${id} is ${line.state}: ${line.because}`)
  const path = linePathText(line.path)
  scene.news(`${id} is active over ${path}, ordered by ${actorText(line.by)} over MCP`)
  const by = actorText(line.by)
  const order = { by, bitsPerSecond, onTheWire: line.onTheWire, path, command: milliseconds, setUp: line.setUpMs }
  return { line, order }
}

/** As the operator, with a second path. */
async function ordered(scene: Scene, bitsPerSecond: number): Promise<LineResource> {
  const words = ['order', '--from', ends.from, '--to', ends.to, '--rate', `${bitsPerSecond / 1e6}M`, '--for', '30m']
  const line = await scene.changed([...words, '--protect'])
  scene.news(`${line.id} is active over ${linePathText(line.path)}`)
  return line
}

/** Another line that needs a whole link. */
async function refused(scene: Scene, bitsPerSecond: number): Promise<LineReport['refusal']> {
  const words = ['order', '--from', ends.from, '--to', ends.to, '--rate', `${bitsPerSecond / 1e6}M`, '--for', '30m']
  const { exit, out, err } = await scene.typed(words)
  if (exit !== 4) throw new LabError('failed', `a line beyond the capacity was not refused: ${err.trim() || out}`)
  const { because, alternative } = JSON.parse(out) as LineQuote
  scene.news('a line that needs a whole link is refused')
  return { bitsPerSecond, exit, because, alternative }
}
