/**
 * The advisor in a live world, and somebody who approves what it proposes, or nobody. A neighbour follows a minute after an
 * approval; flows are told two minutes late; leases end by themselves.
 * @module
 */
import { Advisor } from '../advisor/advisor.ts'
import type { Finding, Proposal } from '../advisor/finding.ts'
import type { BorderReading, PrefixReading } from '../advisor/reading.ts'
import type { LiveWorld } from './live-world.ts'

/** An approval in force. */
export interface Lease {
  readonly proposal: Proposal
  /** Milliseconds since 1970. */
  readonly at: number
  readonly until: number
}

/** Who looks at a border in each step. */
export interface Pilot {
  step(view: PilotView): Order
}

export interface PilotView {
  readonly now: number
  readonly finding: Finding
  readonly reading: BorderReading
  readonly lease: Lease | undefined
}

export type Order =
  | { readonly what: 'nothing' }
  | { readonly what: 'approve'; readonly proposal: Proposal; readonly lease: number }
  | { readonly what: 'end' }

export interface Replayed {
  /** Share of the traffic that full links drop. */
  readonly lost: number
  /** Share of the steps in which a link drops. */
  readonly lossy: number
  readonly proposals: number
  readonly approvals: number
  /** Ended before their time by who approved them. */
  readonly ended: number
  /** Times that a prefix was sent over another link, or back. */
  readonly changes: number
  /** Between two changes of a prefix, milliseconds; Infinity where none was changed twice. */
  readonly shortestRest: number
  /** Changes of one prefix within an hour. */
  readonly mostInHour: number
}

const start = 1_700_000_000_000
const minute = 60_000
const hour = 60 * minute
const tellLate = 2

export function replay(world: LiveWorld, pilot: Pilot): Replayed {
  const border = new LiveBorder(world)
  const advisor = new Advisor()
  const numbers = new Set<number>()
  let approvals = 0
  let ended = 0
  let lease: Lease | undefined
  for (let step = 0; step < world.minutes; step++) {
    const now = start + step * minute
    if (lease !== undefined && now >= lease.until) {
      border.steer(lease.proposal, 'back', now)
      lease = undefined
    }
    const reading = border.step(step, now)
    const finding = advisor.take(reading)
    for (const { number } of finding.proposals) numbers.add(number)
    const order = pilot.step({ now, finding, reading, lease })
    if (order.what === 'end' && lease !== undefined) {
      border.steer(lease.proposal, 'back', now)
      lease = undefined
      ended++
    } else if (order.what === 'approve') {
      lease = { proposal: order.proposal, at: now, until: now + order.lease }
      border.steer(order.proposal, 'there', now)
      approvals++
    }
  }
  return { ...border.figures(), proposals: numbers.size, approvals, ended }
}

class LiveBorder {
  readonly #world: LiveWorld
  readonly #names: readonly string[]
  readonly #steered: Int32Array
  readonly #changedAt: number[][]
  /** What flows will tell, oldest first. */
  readonly #untold: (readonly (readonly number[])[])[] = []
  #sent = 0
  #lost = 0
  #lossy = 0

  constructor(world: LiveWorld) {
    this.#world = world
    this.#names = Array.from({ length: world.links }, (_, link) => `link-${link}`)
    this.#steered = new Int32Array(world.prefixes).fill(-1)
    this.#changedAt = Array.from({ length: world.prefixes }, () => [])
  }

  steer({ moves }: Proposal, way: 'there' | 'back', now: number): void {
    for (const { prefix, to } of moves) {
      const at = Number(prefix.slice('prefix-'.length))
      this.#steered[at] = way === 'there' ? this.#names.indexOf(to) : -1
      this.#changedAt[at]!.push(now)
    }
  }

  /** Of a link that is sent more than it carries, each prefix loses alike. */
  step(step: number, now: number): BorderReading {
    const { prefixes, links, home, complies, load, capacity } = this.#world
    const sent = new Float64Array(links)
    const place = (prefix: number): number =>
      complies[prefix] === 1 && this.#steered[prefix]! >= 0 ? this.#steered[prefix]! : home[prefix]!
    for (let prefix = 0; prefix < prefixes; prefix++) sent[place(prefix)]! += load[step * prefixes + prefix]!
    const capacities = capacity.subarray(step * links, (step + 1) * links)
    const lost = sent.reduce((sum, each, link) => sum + Math.max(0, each - capacities[link]!), 0)
    this.#sent += sent.reduce((sum, each) => sum + each, 0)
    this.#lost += lost
    if (lost > 0) this.#lossy++
    const passed = sent.map((each, link) => (each > capacities[link]! ? capacities[link]! / each : 1))
    this.#untold.push(
      Array.from({ length: prefixes }, (_, prefix) => {
        const at = place(prefix)
        return this.#names.map((_, link) => (link === at ? load[step * prefixes + prefix]! * passed[at]! : 0))
      }),
    )
    const told = this.#untold.length > tellLate ? this.#untold.shift()! : this.#untold[0]!
    const readings = told.map((rates, prefix): PrefixReading => {
      const steeredTo = this.#steered[prefix]!
      return { prefix: `prefix-${prefix}`, rates, ...(steeredTo < 0 ? {} : { steeredTo }) }
    })
    const measured = this.#names.map((name, link) => ({
      name,
      capacity: capacities[link]!,
      load: Math.min(sent[link]!, capacities[link]!),
    }))
    return { at: now, links: measured, prefixes: readings }
  }

  figures(): Omit<Replayed, 'proposals' | 'approvals' | 'ended'> {
    let shortestRest = Infinity
    let mostInHour = 0
    for (const times of this.#changedAt)
      for (const [at, time] of times.entries()) {
        shortestRest = Math.min(shortestRest, at === 0 ? Infinity : time - times[at - 1]!)
        mostInHour = Math.max(mostInHour, times.filter((each) => each > time - hour && each <= time).length)
      }
    const changes = this.#changedAt.reduce((sum, times) => sum + times.length, 0)
    const lost = this.#sent > 0 ? this.#lost / this.#sent : 0
    return { lost, lossy: this.#lossy / this.#world.minutes, changes, shortestRest, mostInHour }
  }
}
