/** A lab with three data centres, others that fill the link between two of them, and one stretch of tasks in it. @module */
import { join } from 'node:path'
import type { TransferTimes } from '@vagus/api/transfers'
import { LabError } from '../errors.ts'
import { faultOf } from '../fault.ts'
import type { LabReference, LabUp } from '../lab.ts'
import { roundTripsOf } from '../line/figures.ts'
import type { Probe } from '../line/probe.ts'
import { output, startLoad, startProber } from '../line/programs.ts'
import { labFault } from '../outside/fault.ts'
import { BaseScene, type ScenarioOptions } from '../scenario.ts'
import { sidecarPort } from '../spec.ts'
import { coreInterfaces, type Network, networkOf } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import { figuresOf, type Ledgers } from './figures.ts'
import { Schedulers } from './programs.ts'
import type { DivertRun } from './report.ts'
import type { Strategy } from './scheduler/decide.ts'
import { type Arrival, patience } from './task.ts'

export const topology = 'divert'
/** Slots of the workers of each data centre, and where it is. The first one is overloaded for a while, the second is idlest. */
const centres = {
  east: { site: 'dc-east', slots: 2 },
  north: { site: 'dc-north', slots: 4 },
  west: { site: 'dc-west', slots: 2 },
} as const
type Centre = keyof typeof centres
const owner: Centre = 'east'
const hosts = { office: '10.19.0.10', factory: '10.20.0.10' } as const
/** As a call over IP: octets of a packet, and milliseconds between two. */
const voice = { octets: 200, every: 20 } as const
/** Of the capacity of the link, what others would send: it is full. */
const fill = 1.05
/** Where a scheduler listens for its side-car, as in the topology. */
const schedulerPort = 9000
/** Milliseconds: until agents find each other, and until all is over behind a stretch. */
const slowestReady = 60_000
const slowestDrain = 120_000
const toldWithin = 3000

interface Stretch {
  readonly name: string
  readonly strategy: Strategy
  readonly arrivals: readonly Arrival[]
  /** When the overload begins and ends, milliseconds from the begin. */
  readonly busy: { readonly from: number; readonly to: number }
  readonly background: 'filled' | 'quiet'
  /** What is done to it before the overload ends. */
  readonly harm?: (schedulers: Schedulers) => Promise<void>
}

export class Scene extends BaseScene {
  readonly network: Network
  readonly #probes: readonly Probe[]
  /** Bits per second, of each stretch with it. */
  readonly backgrounds: number[] = []

  private constructor(lab: LabUp, where: LabReference, probes: readonly Probe[], options: ScenarioOptions) {
    super(lab, where, options)
    this.network = networkOf(readTopology(topology))
    this.#probes = probes
  }

  static async of(lab: LabUp, where: LabReference, options: ScenarioOptions): Promise<Scene> {
    const { probes } = await startProber(where, 'office', {
      source: hosts.office,
      destination: hosts.factory,
      ...voice,
    })
    const scene = new Scene(lab, where, probes, options)
    await scene.until(slowestReady, 'the network cannot tell how long a transfer takes', () => scene.#ready())
    return scene
  }

  get capacity(): number {
    return Math.min(...this.network.nodes.flatMap(coreInterfaces).map((one) => one.capacity))
  }

  /** Until loads are known and lines are possible. */
  async #ready(): Promise<void> {
    const query = `from=${centres.east.site}&to=${centres.north.site},${centres.west.site}&octets=1000&lineRate=1000000`
    const response = await fetch(`${this.lab.console}/v1/transfer-times?${query}`)
    const { items } = (await response.json()) as TransferTimes
    for (const { because, room, line } of items) {
      if (room === null) throw new Error(because)
      if (line?.possible !== true) throw new Error(line?.because)
    }
  }

  async run({ name, strategy, arrivals, busy, background, harm }: Stretch): Promise<DivertRun> {
    const { capacity } = this
    const path = { source: hosts.office, destination: hosts.factory }
    const load =
      background === 'quiet'
        ? undefined
        : await startLoad(this.where, 'office', { ...path, bitsPerSecond: capacity * fill })
    await this.pause(settles) // the network knows of it
    const began = Date.now() + 1000
    const schedulers = new Schedulers(
      this.where,
      (Object.keys(centres) as Centre[]).map((centre) => ({
        name: centre,
        ...centres[centre],
        strategy,
        ledger: join(this.lab.folder, 'divert', name, `${centre}.jsonl`),
        arrivals: centre === owner ? arrivals.map((one) => ({ ...one, due: began + one.due })) : [],
        began,
        port: schedulerPort,
        sideCar: `http://127.0.0.1:${sidecarPort}/`,
      })),
    )
    await schedulers.start()
    const before = await this.#octets()
    await this.pause(began + busy.to - harmBefore - Date.now())
    await harm?.(schedulers)
    const left = (): number => arrivals.length - overOf(schedulers.ledgers())
    const late = began + busy.to + patience
    while (left() > 0 && Date.now() < late) await this.pause(every)
    const octetsOverLink = (await this.#octets()) - before
    if (load !== undefined) this.backgrounds.push(await load.stop())
    await this.until(slowestDrain, `${name}: tasks are not over`, async () => {
      if (left() > 0) throw new Error(`${left()} of ${arrivals.length} are left`)
    }).catch((error: unknown) => {
      if (!(error instanceof LabError)) throw error
      this.news(error.message) // the report says that they are lost
    })
    await schedulers.stop()
    await this.pause(began + busy.to + toldWithin - Date.now())
    const others = roundTripsOf(this.#probes, { from: began + busy.from, to: began + busy.to })
    const figures = figuresOf(schedulers.ledgers(), owner, patience, began + busy.from)
    const run = { ...figures, octetsOverLink, others }
    this.news(`${name}: ${run.inTime} of ${run.tasks} tasks in time`)
    return run
  }

  async kill(sideCar: Centre): Promise<void> {
    await labFault(faultOf(['kill', sideCar]), this.where)
    await labFault(faultOf(['restart', sideCar]), this.where)
  }

  /** That the router of the overloaded data centre has sent to that of the idlest. */
  async #octets(): Promise<number> {
    const link = this.network.links.find(({ name }) => name === 'pe-1-pe-2')!
    const said = await output(this.where, link.a.node, ['ip', '-j', '-s', 'link', 'show', 'dev', link.a.interface.name])
    const [device] = JSON.parse(said) as [{ readonly stats64: { readonly tx: { readonly bytes: number } } }]
    return device.stats64.tx.bytes
  }
}

/** Milliseconds: loads are means of some seconds; and between two looks. */
const settles = 4000
const every = 500
/** Before the end of the overload, milliseconds: then most is under way. */
const harmBefore = 2000

const overOf = (ledgers: Ledgers): number => (ledgers.get(owner) ?? []).filter(({ type }) => type === 'over').length
