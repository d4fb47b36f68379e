/**
 * What a site sends, decided from the plan and its seed alone: ticks go in, flows and packets come out. It knows no
 * clock; the same ticks, with the same surges at the same ticks, give the same flows and packets.
 * @module
 */
import { acknowledgementShare, flowRate } from './acknowledgements.ts'
import type { Application } from './applications.ts'
import type { FlowSink } from './flow.ts'
import { drawPort, type Hosts, hostsOf } from './hosts.ts'
import type { Version } from './packet.ts'
import type { Demand, Plan } from './plan.ts'
import { createRandom } from '../random.ts'
import { Stream, type StreamConfig } from './stream.ts'

/** Pacing: what is due leaves once a tick. */
export const tickMilliseconds = 10
/** Ticks after which rates follow the day and the surges. */
const ticksPerRate = 100
/** A site never sends more than this: about 12,000 packets per second. */
const maxBitsPerSecond = 100_000_000
const maxFactor = 1000
const maxSeconds = 24 * 3600

/** More traffic, or less, to one site for a time: `factor` times the demand, or `bitsPerSecond` in its place. */
export type Surge = { readonly to: string; readonly seconds: number } & (
  | { readonly factor: number }
  | { readonly bitsPerSecond: number }
)

interface Pair {
  readonly demand: Demand
  /** The other way. */
  readonly back: Demand
  readonly families: readonly Family[]
  surge: { readonly surge: Surge; readonly untilTick: number } | undefined
}

/** One family of a pair; its streams share what the family has. */
interface Family {
  readonly version: Version
  readonly acknowledgements: { readonly own: number; readonly back: number }
  readonly streams: readonly { readonly stream: Stream; readonly application: Application; readonly share: number }[]
}

export class Engine {
  readonly #plan: Plan
  readonly #hosts = new Map<string, Hosts>()
  readonly #pairs: readonly Pair[]
  /** Each tick starts with another one, so that a full queue does not always hit the same. */
  readonly #streams: readonly Stream[]
  #tick = 0
  #flows = 0

  /** @throws {RangeError} when `site` is none of the plan */
  constructor(plan: Plan, site: string) {
    this.#plan = plan
    if (!plan.sites.some(({ name }) => name === site)) {
      throw new RangeError(`"site" must be one of ${plan.sites.map(({ name }) => name).join(', ')}, got ${site}`)
    }
    this.#pairs = plan.demands.filter(({ from }) => from === site).map((demand) => this.#pairOf(demand))
    this.#streams = this.#pairs.flatMap(({ families }) =>
      families.flatMap(({ streams }) => streams.map(({ stream }) => stream)),
    )
    this.#setRates()
  }

  /** Ticks that have passed. */
  get tick(): number {
    return this.#tick
  }

  /** One tick: what is due now goes to `out`. */
  advance(out: FlowSink): void {
    if (this.#tick % ticksPerRate === 0) this.#setRates()
    const now = this.#tick * tickMilliseconds
    const count = this.#streams.length
    for (let turn = 0; turn < count; turn++) this.#streams[(this.#tick + turn) % count]!.advance(now, out)
    this.#tick++
  }

  /** From the next tick on; takes the place of a surge to the same site. @throws {RangeError} */
  surge(surge: Surge): void {
    const pair = this.#pairs.find(({ demand }) => demand.to === surge.to)
    if (pair === undefined) {
      throw new RangeError(
        `"to" must be one of ${this.#pairs.map(({ demand }) => demand.to).join(', ')}, got ${surge.to}`,
      )
    }
    within('seconds', surge.seconds, maxSeconds)
    if ('factor' in surge) within('factor', surge.factor, maxFactor)
    else within('bitsPerSecond', surge.bitsPerSecond, maxBitsPerSecond)
    const before = pair.surge
    pair.surge = { surge, untilTick: this.#tick + Math.round((surge.seconds * 1000) / tickMilliseconds) }
    if (this.bitsPerSecond() > maxBitsPerSecond) {
      const asked = Math.round(this.bitsPerSecond())
      pair.surge = before
      throw new RangeError(`all pairs together must be at most ${maxBitsPerSecond} bits/s, got ${asked}`)
    }
    this.#setRates()
  }

  /** What goes `to` a site now, or to all, in bits per second on the wire, acknowledgements included. */
  bitsPerSecond(to?: string): number {
    return this.#pairs
      .filter(({ demand }) => to === undefined || demand.to === to)
      .reduce((sum, pair) => sum + this.#rateOf(pair), 0)
  }

  #rateOf({ demand, surge }: Pair): number {
    const usual = this.#usualOf(demand)
    if (surge === undefined || surge.untilTick <= this.#tick) return usual
    return 'factor' in surge.surge ? usual * surge.surge.factor : surge.surge.bitsPerSecond
  }

  #usualOf(demand: Demand): number {
    return demandAt(demand, this.#plan, this.#tick * tickMilliseconds)
  }

  #setRates(): void {
    for (const pair of this.#pairs) {
      const [usual, back] = [this.#usualOf(pair.demand), this.#usualOf(pair.back)]
      const extra = this.#rateOf(pair) - usual
      for (const { version, acknowledgements, streams } of pair.families) {
        const share = shareOf(pair.demand, version)
        const flows = flowRate(
          { bitsPerSecond: usual * share, acknowledgements: acknowledgements.own },
          { bitsPerSecond: back * shareOf(pair.back, version), acknowledgements: acknowledgements.back },
        )
        setRates(streams, Math.max(0, flows + extra * share))
      }
    }
  }

  #pairOf(demand: Demand): Pair {
    const back = this.#plan.demands.find(({ from, to }) => from === demand.to && to === demand.from)
    if (back === undefined) throw new RangeError(`the plan has no demand from ${demand.to} to ${demand.from}`)
    const families = ([4, 6] as const)
      .filter((version) => shareOf(demand, version) > 0)
      .map((version) => {
        const [own, other] = [demand, back].map((demand) =>
          acknowledgementShare(this.#plan.applications, demand.mix, version),
        )
        return {
          version,
          acknowledgements: { own: own!, back: other! },
          streams: this.#streamsOf(demand, version),
        }
      })
    return { demand, back, families, surge: undefined }
  }

  #streamsOf({ to, from, mix }: Demand, version: Version): Family['streams'] {
    return mix.map(({ application: name, share }) => {
      const number = this.#plan.applications.findIndex((application) => application.name === name)
      const application = this.#plan.applications[number]
      if (application === undefined) throw new RangeError(`the plan has no application "${name}"`)
      const draft = this.#draftOf(from, to, version, number)
      const random = createRandom('stream', this.#plan.seed, from, to, version, name)
      return { stream: new Stream({ random, draft, nextId: () => ++this.#flows }), application, share }
    })
  }

  #draftOf(from: string, to: string, version: Version, number: number): StreamConfig['draft'] {
    const application = this.#plan.applications[number]!
    const [sources, destinations] = [this.#hostsOf(from, version), this.#hostsOf(to, version)]
    return (random) => ({
      to,
      application,
      version,
      source: sources.client(random),
      sourcePort: drawPort(random),
      destination: destinations.server(number, random),
    })
  }

  #hostsOf(name: string, version: Version): Hosts {
    const known = this.#hosts.get(`${name} ${version}`)
    if (known !== undefined) return known
    const site = this.#plan.sites.find((site) => site.name === name)
    if (site === undefined) throw new RangeError(`the plan has no site "${name}"`)
    const hosts = hostsOf(site, version, this.#plan.seed)
    this.#hosts.set(`${name} ${version}`, hosts)
    return hosts
  }
}

/** Bits per second of a demand, so many milliseconds after the traffic began; between two steps of the day in a line. */
export function demandAt({ bitsPerSecond }: Demand, { dayMinutes, startHour }: Plan, now: number): number {
  if (dayMinutes === undefined) return bitsPerSecond[0] ?? 0
  const at = (((startHour / 24 + now / (dayMinutes * 60_000)) % 1) * bitsPerSecond.length) % bitsPerSecond.length
  const slot = Math.trunc(at)
  const here = bitsPerSecond[slot] ?? 0
  const next = bitsPerSecond[(slot + 1) % bitsPerSecond.length] ?? 0
  return here + (next - here) * (at - slot)
}

const shareOf = ({ v6Share }: Demand, version: Version): number => (version === 6 ? v6Share : 1 - v6Share)

function setRates(streams: Family['streams'], bitsPerSecond: number): void {
  for (const { stream, application, share } of streams) {
    const own = bitsPerSecond * share
    stream.setRate((own / 8 / 1000) * tickMilliseconds, own / application.flowBitsPerSecond)
  }
}

function within(name: string, value: number, most: number): void {
  if (!(Number.isFinite(value) && value >= 0 && value <= most)) {
    throw new RangeError(`"${name}" must be 0..${most}, got ${value}`)
  }
}
