/** What is done to a line that is there: moved, cut, spoofed, and the programs killed that set it up. @module */
import { linePathText } from '@vagus/api/line-words'
import type { LineResource } from '@vagus/api/lines'
import { numberOf } from '../controller-config.ts'
import { faultOf } from '../fault.ts'
import { deviceName } from '../inside/programs.ts'
import { labFault } from '../outside/fault.ts'
import { lineBlock } from '../topology/addresses.ts'
import type { RoundTrips } from './figures.ts'
import { output, startProber } from './programs.ts'
import type { LineReport, Moved } from './report.ts'
import { droppedIn } from './router-state.ts'
import { hosts, type Scene } from './scene.ts'

/** Milliseconds. */
const slowestMove = 60_000
const slowestReturn = 120_000
/** For which probes are looked at behind a move. */
const behind = 2000
/** Packets with a SID that is not theirs, at least. */
const spoofed = 20
/** For which a program is dead. */
const dead = 5000

/** By the command that an operator would type before work on a router. */
export async function plannedMove(scene: Scene, id: string, avoid: string): Promise<Moved> {
  const from = linePathText((await scene.line(id)).path)
  const at = Date.now()
  await scene.changed(['change', id, '--avoid', avoid])
  const line = await scene.active(id, slowestMove, (path) => path !== from)
  const after = Date.now() - at
  await scene.pause(behind)
  const roundTrips = await scene.roundTrips({ from: at, to: Date.now() })
  scene.news(`${id} was moved off ${avoid}`)
  return { from, to: linePathText(line.path), after, roundTrips }
}

/** Its first link is unplugged, and plugged in again when the line has moved. */
export async function cutLink(scene: Scene, { id, path }: LineResource): Promise<LineReport['cut']> {
  const from = linePathText(path)
  const { link } = path!.hops[0]!
  const at = Date.now()
  await labFault(faultOf(['link-down', link]), scene.where)
  scene.news(`${link} is unplugged`)
  const line = await scene.active(id, slowestMove, (now) => now !== from)
  const after = Date.now() - at
  await scene.pause(behind)
  const roundTrips = await scene.roundTrips({ from: at, to: Date.now() })
  await labFault(faultOf(['link-up', link]), scene.where)
  scene.news(`${id} has moved off it`)
  return { link, from, to: linePathText(line.path), after, roundTrips }
}

/** Packets of another site with the line's SID around them, as if its own router had put that there. */
export async function spoof(scene: Scene, line: LineResource): Promise<LineReport['spoof']> {
  const { network, where } = scene
  const office = network.nodes.find(({ name }) => name === 'office')!
  const [{ name: device, peer }] = office.interfaces as [(typeof office.interfaces)[number]]
  const far = line.path!.hops.at(-1)!.to
  const sid = `${lineBlock.split('::')[0]}:${numberOf(network, far).toString(16)}:${line.number!.toString(16)}::4`
  const stolen = '10.17.0.99'
  const dropped = async (): Promise<number> => droppedIn(await output(where, peer.node, ['nft', 'list', 'ruleset']))
  const routes = [
    `-6 route replace ${lineBlock} via ${peer.addresses.v6} dev ${device}`,
    `route replace ${stolen}/32 encap seg6 mode encap segs ${sid} dev ${device}`,
  ]
  const before = await dropped()
  for (const words of routes) await output(where, 'office', ['ip', ...words.split(' ')])
  const prober = await startProber(where, 'office', {
    source: hosts.office,
    destination: stolen,
    octets: 84,
    every: 50,
  })
  await scene.until(slowestMove, 'office sends nothing', async () => {
    if (prober.probes.length < spoofed) throw new Error(`${prober.probes.length} packets so far`)
  })
  prober.stop()
  for (const words of routes) await output(where, 'office', ['ip', ...words.replace('replace', 'del').split(' ')])
  const after = await dropped()
  const answered = prober.probes.filter(([, roundTrip]) => roundTrip !== null).length
  scene.news('packets with its SID from another site')
  // Of the last ones nobody tells any more.
  return { sent: Math.max(prober.probes.length, after - before + answered), answered, dropped: after - before }
}

/** Kill -9; it is started again when the probes of some seconds have been looked at, and the line is to be as before. */
export async function without(
  scene: Scene,
  id: string,
  program: 'controller' | { readonly device: string },
): Promise<RoundTrips> {
  const name = program === 'controller' ? program : deviceName(program.device)
  const from = Date.now()
  await labFault(faultOf(['kill', name]), scene.where)
  scene.news(`${name} is killed`)
  await scene.pause(dead)
  const roundTrips = await scene.roundTrips({ from, to: from + dead })
  await labFault(faultOf(['restart', name]), scene.where)
  await scene.active(id, slowestReturn)
  return roundTrips
}
