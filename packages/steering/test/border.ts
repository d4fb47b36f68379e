/** A border to play with: prefixes with demands, links that carry no more than they can, and a neighbour that obeys or not. */
import {
  type Advisor,
  type BorderReading,
  type Finding,
  type LinkReading,
  type Pin,
  type PrefixReading,
  type Proposal,
} from '../src/index.ts'

export const Mbit = 1e6
export const minute = 60_000
const start = 1_700_000_000_000

export interface PlayedPrefix {
  /** Bits per second. */
  demand: number
  /** Share by link. */
  shares: number[]
  steeredTo?: number
  heldBy?: string
  pin?: Pin
  /** Whether the neighbour obeys. */
  readonly obeys?: boolean
}

export class PlayedBorder {
  readonly names: readonly string[]
  readonly capacities: number[]
  readonly silent = new Set<number>()
  /** By number of the link, bits per second. */
  readonly ceilings = new Map<number, number>()
  readonly prefixes = new Map<string, PlayedPrefix>()
  /** From here on flows are not told: readings have those of before. */
  untold: readonly PrefixReading[] | undefined
  at = start

  constructor(capacities: Readonly<Record<string, number>>) {
    this.names = Object.keys(capacities)
    this.capacities = Object.values(capacities)
  }

  /** A prefix that enters over one link. */
  add(prefix: string, demand: number, link: number, obeys = true): void {
    this.prefixes.set(prefix, { demand, shares: this.names.map((_, each) => (each === link ? 1 : 0)), obeys })
  }

  steer(prefix: string, link: number | undefined): void {
    const one = this.prefixes.get(prefix)!
    if (link === undefined) delete one.steeredTo
    else one.steeredTo = link
    if (link !== undefined && one.obeys === true) one.shares = this.names.map((_, each) => (each === link ? 1 : 0))
  }

  /** Puts all moves of a proposal in force. */
  approve({ moves }: Proposal): void {
    for (const { prefix, to } of moves) this.steer(prefix, this.names.indexOf(to))
  }

  /** What is read now: of a link that is asked for more than it carries, each prefix loses alike. */
  reading(): BorderReading {
    const asked = this.names.map((_, link) => {
      let sum = 0
      for (const { demand, shares } of this.prefixes.values()) sum += demand * shares[link]!
      return sum
    })
    const carried = asked.map((sum, link) => Math.min(sum, this.capacities[link]!))
    const links: LinkReading[] = this.names.map((name, link) => {
      const ceiling = this.ceilings.get(link)
      return {
        name,
        capacity: this.capacities[link]!,
        load: this.silent.has(link) ? null : carried[link]!,
        ...(ceiling === undefined ? {} : { ceiling }),
      }
    })
    const prefixes: PrefixReading[] = [...this.prefixes].map(([prefix, { demand, shares, steeredTo, heldBy, pin }]) => {
      const rates = shares.map((share, link) =>
        asked[link]! > 0 ? (demand * share * carried[link]!) / asked[link]! : 0,
      )
      return {
        prefix,
        rates,
        ...(steeredTo === undefined ? {} : { steeredTo }),
        ...(heldBy === undefined ? {} : { heldBy }),
        ...(pin === undefined ? {} : { pin }),
      }
    })
    return { at: this.at, links, prefixes: this.untold ?? prefixes }
  }

  /** Steps of a minute; the last finding. */
  play(advisor: Advisor, steps = 1): Finding {
    let finding: Finding | undefined
    for (let step = 0; step < steps; step++) {
      finding = advisor.take(this.reading())
      this.at += minute
    }
    return finding!
  }
}
