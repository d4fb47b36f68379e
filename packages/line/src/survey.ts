/** The paths between two sites in one time, each with what it has free and what speaks against it. @module */
import { portOf } from './booking.ts'
import type { Calendar } from './calendar.ts'
import { type Graph, graphOf, unknownDelay } from './graph.ts'
import type { Attachment, LineNetwork } from './network.ts'
import { type Path, type PathEnd } from './path.ts'
import { type Ask, bestRoute, bestRoutes, compareRoutes, leastDelay, nodesAlong, type Route } from './paths.ts'
import type { LineWish } from './wish.ts'
import { rateText, rateWithin, wireRate } from './rate.ts'

export interface Considered {
  readonly path: Path
  /** What the fullest link of it has for lines in that time, on the wire. */
  readonly free: number
  /** Why it is not taken, without a full stop; null: it could be. */
  readonly problem: string | null
}

/** Between two attachments. */
interface Pair {
  readonly a: Attachment
  readonly z: Attachment
}

interface Found extends Pair {
  readonly route: Route
}

/** Attachments of a site that are looked at, the first ones. */
const maxAttachments = 4

export class Survey {
  readonly #wish: LineWish
  readonly #network: LineNetwork
  readonly #graph: Graph
  readonly #calendar: Calendar
  readonly #avoid: ReadonlySet<string>
  /** Of each link, once it was asked for. */
  readonly #free: Float64Array

  constructor(wish: LineWish, network: LineNetwork, calendar: Calendar) {
    this.#wish = wish
    this.#network = network
    this.#graph = graphOf(network)
    this.#calendar = calendar
    this.#avoid = new Set(wish.avoid)
    this.#free = new Float64Array(this.#graph.links.length).fill(NaN)
  }

  /** With room for the wish, and within its delay. */
  best(): Path | undefined {
    const most = this.#mostDelay()
    const found = this.#openPairs().flatMap((pair) => {
      const route = bestRoute(this.#graph, this.#ask(pair, wireRate(this.#wish.bitsPerSecond)), most)
      return route === undefined ? [] : [{ ...pair, route }]
    })
    return found.length === 0 ? undefined : this.#pathOf(found.reduce(better))
  }

  /** The best ones, whether they have room or not. */
  considered(count: number): readonly Considered[] {
    const closed = {
      closedLinks: new Uint8Array(this.#graph.links.length),
      closedNodes: new Uint8Array(this.#graph.names.length),
    }
    const found = this.#pairs().flatMap((pair) =>
      bestRoutes(this.#graph, { ...this.#between(pair), ...closed }, count).map((route) => ({ ...pair, route })),
    )
    return found
      .sort(compareFound)
      .slice(0, count)
      .map((one) => this.consider(this.#pathOf(one)))
  }

  consider(path: Path): Considered {
    const free = path.hops.reduce((least, { link }) => Math.min(least, this.#freeOf(link)), Infinity)
    return { path, free, problem: this.#problemOf(path) ?? null }
  }

  /** Whether that path could be taken; false where the network has it no more. */
  isOpen(path: Path): boolean {
    const { links, attachments } = this.#network
    const isKnown =
      path.hops.every(({ link }) => links.some(({ name }) => name === link)) &&
      [path.a, path.z].every((end) => attachments.some((one) => isAt(one, end)))
    return isKnown && this.consider(path).problem === null
  }

  /** The most that a line could have over any path, as sites see it; 0 where there is none. */
  mostRate(): number {
    const rates = [...new Set(this.#graph.links.map((_, link) => this.#freeAt(link)))].sort((one, other) => one - other)
    return this.#openPairs(0).reduce((most, pair) => {
      const port = Math.min(this.#portFree(pair.a), this.#portFree(pair.z))
      let [low, high] = [0, rates.length] // below `low` there is a path, from `high` on there is none
      while (low < high) {
        const middle = (low + high) >> 1
        if (bestRoute(this.#graph, this.#ask(pair, rates[middle]!), this.#mostDelay()) === undefined) high = middle
        else low = middle + 1
      }
      return low === 0 ? most : Math.max(most, Math.min(Math.floor(port), rateWithin(rates[low - 1]!)))
    }, 0)
  }

  /** Of a path that has room, milliseconds; Infinity where there is none, or no delay is known. */
  leastDelayMs(): number {
    const delays = this.#openPairs().map((pair) =>
      leastDelay(this.#graph, this.#ask(pair, wireRate(this.#wish.bitsPerSecond))),
    )
    return Math.min(Infinity, ...delays) / 1000
  }

  #mostDelay(): number {
    const { maxDelayMs } = this.#wish
    return maxDelayMs === undefined ? Infinity : Math.min(unknownDelay - 1, maxDelayMs * 1000)
  }

  #pairs(): readonly Pair[] {
    const of = (name: string): readonly Attachment[] =>
      this.#network.attachments
        .filter(({ site, node }) => site === name && this.#graph.numberOf.has(node))
        .slice(0, maxAttachments)
    const { from, to, between } = this.#wish
    return of(from)
      .flatMap((a) => of(to).map((z) => ({ a, z })))
      .filter(({ a, z }) => a.node !== z.node && (between === undefined || (isAt(a, between.a) && isAt(z, between.z))))
  }

  /** Whose ports have room. */
  #openPairs(rate = this.#wish.bitsPerSecond): readonly Pair[] {
    return this.#pairs().filter(({ a, z }) => rate <= this.#portFree(a) && rate <= this.#portFree(z))
  }

  #between({ a, z }: Pair): Pick<Ask, 'from' | 'to'> {
    return { from: this.#graph.numberOf.get(a.node)!, to: this.#graph.numberOf.get(z.node)! }
  }

  /** Over links with so much free. */
  #ask(pair: Pair, rate: number): Ask {
    const { links } = this.#graph
    // Written by hand: a quote does it up to some 70 times, and `Uint8Array.from` takes as long as all the rest.
    const closedLinks = new Uint8Array(links.length)
    for (let link = 0; link < links.length; link++) {
      const { isUp, name } = links[link]!
      if (!isUp || this.#avoid.has(name) || this.#freeAt(link) < rate) closedLinks[link] = 1
    }
    const closedNodes = new Uint8Array(this.#network.nodes.length)
    for (const [node, { name, problem }] of this.#network.nodes.entries())
      if (problem !== undefined || this.#avoid.has(name)) closedNodes[node] = 1
    return { ...this.#between(pair), closedLinks, closedNodes }
  }

  #freeAt(link: number): number {
    const known = this.#free[link]!
    if (!Number.isNaN(known)) return known
    const { name, bitsPerSecond } = this.#graph.links[link]!
    const free = Math.min(
      Math.floor(this.#network.share * bitsPerSecond) - this.#peak(name),
      this.#quotaFree(name, bitsPerSecond),
    )
    this.#free[link] = free
    return free
  }

  /** Of the link's capacity, what is left of the quota. */
  #quotaFree(name: string, capacity: number): number {
    const { quota } = this.#calendar
    return quota === undefined ? Infinity : Math.floor(quota.share * capacity) - this.#peak(name, quota.calendar)
  }

  #freeOf(name: string): number {
    return this.#freeAt(this.#graph.links.findIndex((link) => link.name === name))
  }

  #portFree(attachment: Attachment): number {
    return attachment.bitsPerSecond - this.#peak(portOf(attachment))
  }

  /** Both ways are needed. */
  #peak(name: string, calendar = this.#calendar): number {
    const { start, end } = this.#wish
    return Math.max(calendar.peak(name, 'a-z', start, end), calendar.peak(name, 'z-a', start, end))
  }

  #problemOf(path: Path): string | undefined {
    return this.#nodeProblem(path) ?? this.#linkProblem(path) ?? this.#portProblem(path) ?? this.#delayProblem(path)
  }

  #nodeProblem({ a, hops }: Path): string | undefined {
    for (const name of [a.node, ...hops.map(({ to }) => to)]) {
      if (this.#avoid.has(name)) return `${name} is to be avoided`
      const problem = this.#network.nodes.find((node) => node.name === name)?.problem
      if (problem !== undefined) return `${name}: ${problem}`
    }
    return undefined
  }

  #linkProblem({ hops }: Path): string | undefined {
    const needed = wireRate(this.#wish.bitsPerSecond)
    for (const { link } of hops) {
      if (this.#avoid.has(link)) return `${link} is to be avoided`
      if (!this.#network.links.some(({ name, isUp }) => name === link && isUp)) return `${link} is down`
    }
    const full = hops.find(({ link }) => this.#freeOf(link) < needed)
    if (full === undefined) return undefined
    const free = Math.max(0, this.#freeOf(full.link))
    const { quota } = this.#calendar
    const whose = quota === undefined ? '' : ` for lines of ${quota.of}`
    return `${full.link} has ${rateText(free)} free on the wire${whose}, and ${rateText(needed)} are needed`
  }

  #portProblem({ a, z }: Path): string | undefined {
    for (const end of [a, z]) {
      const free = this.#portFree(this.#network.attachments.find((one) => isAt(one, end))!)
      if (free < this.#wish.bitsPerSecond) return `the port of ${end.site} has ${rateText(Math.max(0, free))} free`
    }
    return undefined
  }

  #delayProblem({ delayMs }: Path): string | undefined {
    const { maxDelayMs } = this.#wish
    if (maxDelayMs === undefined || (delayMs !== null && delayMs <= maxDelayMs)) return undefined
    return delayMs === null
      ? 'its delay is not known'
      : `it takes ${delayMs} ms, and at most ${maxDelayMs} ms are asked for`
  }

  #pathOf({ a, z, route }: Found): Path {
    const { names, links } = this.#graph
    const nodes = nodesAlong(this.#graph, this.#between({ a, z }).from, route.links)
    return {
      a: endOf(a),
      z: endOf(z),
      hops: route.links.map((link, at) => ({
        link: links[link]!.name,
        from: names[nodes[at]!]!,
        to: names[nodes[at + 1]!]!,
      })),
      delayMs: route.delay >= unknownDelay ? null : route.delay / 1000,
    }
  }
}

const endOf = ({ site, node, interface: port }: Attachment): PathEnd => ({ site, node, interface: port })
const isAt = (one: Attachment, end: PathEnd): boolean =>
  one.site === end.site && one.node === end.node && one.interface === end.interface

const compareFound = (one: Found, other: Found): number =>
  compareRoutes(one.route, other.route) || (portOf(one.a) + portOf(one.z) < portOf(other.a) + portOf(other.z) ? -1 : 1)
const better = (one: Found, other: Found): Found => (compareFound(one, other) <= 0 ? one : other)
