/** What the side-car of the serving agent says to strangers who know the protocol, and to packets that it has had before. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import { verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { meetingPort } from '../controller-config.ts'
import { LabError } from '../errors.ts'
import { faultOf } from '../fault.ts'
import { sidecarPort } from '../spec.ts'
import { labFault } from '../outside/fault.ts'
import type { Flood, Flooded } from './host/flood.ts'
import type { Recorded } from './host/record.ts'
import type { HandshakeFigures } from './report.ts'
import { type Scene, served, stranger } from './scene.ts'

const beginnings = 180
const nonsense = 20_000
const whole = 1000
/** How often each recorded packet is sent again. */
const times = 20
/** Packets of a call that are replayed, from its first one on. */
const kept = 24
/** Milliseconds: a call of a new session takes no longer, and nobody may wait longer for a side-car that starts. */
const recording = 4000
const slowestStart = 60_000

/** Everything that a stranger can send without keys of a member. Gives also what a call took while the flood went on. */
export async function floods(scene: Scene, caller: string) {
  const options = await floodOptions(scene)
  const use = (hellos: Flood['hellos'], count: number): Promise<Flooded> =>
    scene.use(stranger, 'flood', { ...options, hellos, count })
  const begun = await use('beginnings', beginnings)
  const flooding = Promise.all([use('nonsense', nonsense), callMeanwhile(scene, caller)])
  const [flooded, callDuringFlood] = await flooding
  scene.news(`${nonsense} hellos of nonsense`)
  const wholeOnes = await use('whole', whole)
  scene.news(`${whole} hellos of strangers`)
  return {
    beginnings: begun,
    nonsense: flooded,
    whole: wholeOnes,
    callDuringFlood,
    strangersIn: await strangersIn(scene),
  }
}

/** Peers of the serving agent's sessions that are no members. */
async function strangersIn(scene: Scene): Promise<number> {
  const url = `http://127.0.0.1:${sidecarPort}/sessions`
  const [answer] = await scene.use(served.name, 'ask', { url, times: 1 })
  const { items } = JSON.parse(answer!.body) as {
    readonly items: readonly { readonly peer: { readonly id: string } }[]
  }
  const members = new Set(await Promise.all(scene.members.map(async (name) => (await scene.listed(name)).id)))
  return items.filter(({ peer }) => !members.has(peer.id)).length
}

async function floodOptions(scene: Scene): Promise<Omit<Flood, 'hellos' | 'count'>> {
  const { document } = await scene.listed(served.name)
  const read = verifyDocument(document, Date.now(), identityCrypto)
  if (read.type === 'refused') throw new LabError('failed', `the document of ${served.name}: ${read.because.problem}`)
  return {
    source: scene.addressesOf(stranger).v4,
    destination: scene.addressesOf(served.name).v4,
    port: meetingPort,
    remoteStatic: Buffer.from(read.identity.keys.x25519).toString('hex'),
  }
}

async function callMeanwhile(scene: Scene, caller: string): Promise<number | null> {
  await sleep(500) // until the flood has begun
  const [answer] = await scene.call(caller, served.name)
  return answer?.status === 200 ? answer.milliseconds : null
}

/** The packets of a member's first call, and of its first one after a restart of its side-car. */
export async function recordCalls(scene: Scene, caller: string): Promise<readonly Recorded[]> {
  const own = async (): Promise<readonly Recorded[]> => {
    const [uplink] = scene.network.nodes.find(({ name }) => name === served.site)!.interfaces
    const options = { interface: uplink!.name, port: meetingPort, milliseconds: recording }
    const recorder = scene.use(served.site, 'record', options)
    await sleep(recording / 4) // until it listens
    const [answer] = await scene.call(caller, served.name)
    if (answer?.status !== 200) throw new LabError('failed', `the call of ${caller} failed: ${answer?.detail}`)
    const from = scene.addressesOf(caller).v4
    return (await recorder).filter((packet) => packet.from === from).slice(0, kept)
  }
  const first = await own()
  await labFault(faultOf(['kill', caller]), scene.where)
  await labFault(faultOf(['restart', caller]), scene.where)
  await scene.until(slowestStart, `the side-car of ${caller} does not start`, async () => {
    const [answer] = await scene.use(caller, 'ask', { url: `http://127.0.0.1:${sidecarPort}/sessions`, times: 1 })
    if (answer?.status !== 200) throw new Error(String(answer?.detail))
  })
  const packets = [...first, ...(await own())]
  scene.news(`recorded ${packets.length} packets of calls`)
  return packets
}

export const replayed = (scene: Scene, packets: readonly Recorded[]): Promise<HandshakeFigures['replayed']['early']> =>
  scene.use(stranger, 'replay', { source: scene.addressesOf(stranger).v4, packets, times })
