/** A lab with two sites that want a line, two that fill the way between them, and what is seen of it. @module */
import type { LineQuote, LineResource } from '@vagus/api/lines'
import { linePathText } from '@vagus/api/line-words'
import { LabError } from '../errors.ts'
import type { LabReference, LabUp } from '../lab.ts'
import { BaseScene, type ScenarioOptions } from '../scenario.ts'
import { labPaths } from '../spec.ts'
import { type Network, networkOf } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import { roundTripsOf, type RoundTrips, type Span } from './figures.ts'
import { allTold, goodput, type Prober, startLoad, startProber, startSink, typed, type Typed } from './programs.ts'
import type { Stretch } from './report.ts'

export const topology = 'line'
/** A host of each site. */
export const hosts = {
  'dc-east': '10.16.0.10',
  'dc-west': '10.17.0.10',
  office: '10.18.0.10',
  factory: '10.19.0.10',
} as const
export const ends = { from: 'dc-east', to: 'dc-west' } as const
const port = 5001
/** Milliseconds between two probes, and octets of each. */
const probing = { every: 10, octets: 84 } as const

export class Scene extends BaseScene {
  readonly network: Network
  readonly #prober: Prober

  private constructor(lab: LabUp, where: LabReference, network: Network, prober: Prober, options: ScenarioOptions) {
    super(lab, where, options)
    this.network = network
    this.#prober = prober
  }

  static async of(lab: LabUp, where: LabReference, options: ScenarioOptions): Promise<Scene> {
    await startSink(where, ends.to, hosts[ends.to], port)
    const paths = { source: hosts[ends.from], destination: hosts[ends.to] }
    const prober = await startProber(where, ends.from, { ...paths, ...probing })
    return new Scene(lab, where, networkOf(readTopology(topology)), prober, options)
  }

  /** Waits until all probes of that time have been told. */
  async roundTrips(span: Span): Promise<RoundTrips> {
    await allTold(this.#prober, span.to, this.signal)
    return roundTripsOf(this.#prober.probes, span)
  }

  /** Probes first and TCP after them: what fills a line waits in its own queue. */
  async stretch(seconds: number): Promise<Stretch> {
    const from = Date.now()
    await this.pause(seconds * 1000)
    const to = Date.now()
    const paths = { source: hosts[ends.from], sink: hosts[ends.to], port }
    const rate = await goodput(this.where, ends.from, { ...paths, milliseconds: seconds * 1000 })
    return { roundTrips: await this.roundTrips({ from, to }), goodput: rate }
  }

  load(bitsPerSecond: number): ReturnType<typeof startLoad> {
    return startLoad(this.where, 'office', { source: hosts.office, destination: hosts.factory, bitsPerSecond })
  }

  /** `vagus line …` as the operator. */
  typed(words: readonly string[]): Promise<Typed> {
    return typed(['line', ...words, '--json', '--home', labPaths(this.lab.folder).homeOutside], this.lab.console)
  }

  /** The line as it answers. Rejects with `LabError` `failed` and what the command said. */
  async changed(words: readonly string[]): Promise<LineResource> {
    const { exit, out, err } = await this.typed(words)
    if (exit === 0) return JSON.parse(out) as LineResource
    const said = err.trim() || (out.startsWith('{') ? (JSON.parse(out) as { because?: string }).because : out)
    throw new LabError('failed', `vagus line ${words.join(' ')} ended with ${exit}: ${said}`)
  }

  async quote(bitsPerSecond: number): Promise<LineQuote> {
    const body = JSON.stringify({ ...ends, bitsPerSecond, for: '1h' })
    return this.#ask<LineQuote>('/v1/line-quotes', { method: 'POST', body })
  }

  line(id: string): Promise<LineResource> {
    return this.#ask<LineResource>(`/v1/lines/${id}`)
  }

  /** Settles when the line is active and its way satisfies `hold`. */
  active(id: string, within: number, hold: (path: string) => boolean = () => true): Promise<LineResource> {
    return this.until(within, `${id} is not where it should be`, async () => {
      const line = await this.line(id)
      const path = linePathText(line.path)
      if (line.state === 'active' && line.steered !== false && hold(path)) return line
      throw new Error(`it is ${line.state} over ${path}: ${line.because}`)
    })
  }

  /** Settles when the line has its second path. */
  protected(id: string, within: number): Promise<LineResource> {
    return this.until(within, `${id} has no second path`, async () => {
      const line = await this.line(id)
      if (line.protection?.state === 'ready') return line
      throw new Error(line.protection?.because ?? 'none is asked for')
    })
  }

  async #ask<Resource>(path: string, init: RequestInit = {}): Promise<Resource> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${this.lab.console}${path}`, { ...init, headers, signal: AbortSignal.timeout(10_000) })
    const said = (await answer.json()) as Resource & { readonly detail?: string }
    if (!answer.ok) throw new Error(`the controller answers ${answer.status} to ${path}: ${said.detail}`)
    return said
  }
}
