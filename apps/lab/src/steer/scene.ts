/** A lab whose border can fill, and what is seen of it: by the controller, at the neighbour's shapers and in its routers. @module */
import type { ApprovalResource } from '@vagus/api/steering'
import type { LabReference, LabUp } from '../lab.ts'
import { labSurge } from '../outside/fault.ts'
import { BaseScene, type ScenarioOptions } from '../scenario.ts'
import { labPaths } from '../spec.ts'
import { type Network, networkOf, ownRouters } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import { type BorderEnd, borderEnds } from './border.ts'
import { ControllerWatch } from './controller.ts'
import { courseOf, type LinkCourse, quiet, reliefAfter, type Span, type Stretch, stretchOf } from './figures.ts'
import { fill, type SiteSurge } from './fill.ts'
import { askTold, runVagus, watchShapers } from './programs.ts'
import { sameRoutes, type Told } from './routes.ts'
import type { ShaperLog } from './shapers.ts'

export const topology = 'border'
const source = 'transit'
const sinks = ['office', 'factory'] as const
/** Seconds: longer than any run. */
const whole = 3600
/** Milliseconds between two looks at the neighbour's routers. */
const lookEvery = 500

export class Scene extends BaseScene {
  readonly watch: ControllerWatch
  readonly ends: readonly BorderEnd[]
  readonly #network: Network
  readonly #log: ShaperLog

  private constructor(lab: LabUp, where: LabReference, network: Network, log: ShaperLog, options: ScenarioOptions) {
    super(lab, where, options)
    this.watch = new ControllerWatch(lab.console, options.signal)
    this.ends = borderEnds(network)
    this.#network = network
    this.#log = log
  }

  static async of(lab: LabUp, where: LabReference, options: ScenarioOptions): Promise<Scene> {
    const network = networkOf(readTopology(topology))
    return new Scene(lab, where, network, await watchShapers(borderEnds(network), where), options)
  }

  /** Of our router's ends of the border. */
  addressesAt(router: string): ReadonlySet<string> {
    const links = new Set(this.ends.map(({ link }) => link))
    const here = this.#network.nodes.find(({ name }) => name === router)?.interfaces ?? []
    return new Set(here.filter(({ link }) => links.has(link)).flatMap(({ addresses: { v4, v6 } }) => [v4, v6]))
  }

  /** What the neighbour's routers have from us now. */
  told(): Promise<Told> {
    return askTold(this.ends, this.#network.as, this.where)
  }

  stretch(span: Span): Stretch {
    return stretchOf(this.#log, this.#capacities, span)
  }

  course(since: number): readonly LinkCourse[] {
    return courseOf(this.#log, this.#capacities, since)
  }

  get #capacities(): ReadonlyMap<string, number> {
    return new Map(this.ends.map(({ link, capacity }) => [link, capacity]))
  }

  /** Ours, each with an agent beside it. */
  get routers(): readonly string[] {
    return ownRouters(this.#network).map(({ name }) => name)
  }

  /** Fills the link over which everything enters, until `calm`. Gives when that began, milliseconds since 1970. */
  async surge(): Promise<{ readonly surges: readonly SiteSurge[]; readonly at: number }> {
    const wait = (milliseconds: number): Promise<void> => this.watch.look(milliseconds)
    const filled = await fill(this.ends[0]!, this.#log, this.where, { source, sinks, seconds: whole, wait })
    const times = filled.surges.map(({ sink, factor }) => `${sink} ${factor}`).join(', ')
    this.news(`surge: ${source} sends ${times} times as much`)
    return filled
  }

  async calm(): Promise<void> {
    for (const sink of sinks) await labSurge({ source, sink, factor: 1, seconds: 1 }, this.where)
    this.news('the surge is over')
  }

  /** From `since` until no link lost packets for a while; it is waited for until five such times have passed. */
  async relief(since: number): Promise<number | null> {
    const links = this.ends.map(({ link }) => link)
    const deadline = Date.now() + 5 * quiet
    while (reliefAfter(this.#log, links, since) === null && Date.now() < deadline) await this.pause(quiet / 10)
    return reliefAfter(this.#log, links, since)
  }

  /** Milliseconds since 1970 when the neighbour was seen to have the routes that `hold` wants; null: not `within`. */
  async routes(within: number, hold: (told: Told) => boolean): Promise<number | null> {
    for (const deadline = Date.now() + within; ; await this.pause(lookEvery)) {
      if (hold(await this.told())) return Date.now()
      if (Date.now() > deadline) return null
    }
  }

  /** Whether the neighbour has these routes at every look until then. */
  async keeps(routes: Told, until: number): Promise<boolean> {
    return (await this.routes(until - Date.now(), (told) => !sameRoutes(routes, told))) === null
  }

  /** Approves as an operator would, by the command. Rejects with `LabError` `failed` and what it said. */
  async approve(id: string, seconds: number): Promise<ApprovalResource> {
    const words = ['proposal', 'approve', id, '--for', `${seconds}s`, '--json', ...this.#asOperator]
    const answer = JSON.parse(await runVagus(words, this.lab.console)) as ApprovalResource
    this.news(`${id} is approved`)
    return answer
  }

  async undo(id: string): Promise<void> {
    await runVagus(['proposal', 'undo', id, ...this.#asOperator], this.lab.console)
    this.news(`${id} is undone`)
  }

  get #asOperator(): readonly string[] {
    return ['--home', labPaths(this.lab.folder).homeOutside]
  }
}
