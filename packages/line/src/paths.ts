/**
 * Loop-free paths, the best first: of fewest hops, then of least delay, then the first by the names of its links. So the
 * same network gives the same answer in any order of its parts.
 * @module
 */
import { type Graph, unknownDelay } from './graph.ts'

/** The numbers of its links, and what it takes. */
export interface Route {
  readonly links: readonly number[]
  /** Microseconds. */
  readonly delay: number
}

export interface Ask {
  readonly from: number
  readonly to: number
  /** Of each link and node, 1: not to be used. */
  readonly closedLinks: Uint8Array
  readonly closedNodes: Uint8Array
}

/** By hops left, from each node the least delay to the goal; a node is missing where fewer hops take no longer. */
type Layers = readonly ReadonlyMap<number, number>[]

/** The best path that takes at most `most` microseconds; undefined where there is none. */
export function bestRoute(graph: Graph, ask: Ask, most = Infinity): Route | undefined {
  if (ask.from === ask.to || isClosed(ask, ask.from) || isClosed(ask, ask.to)) return undefined
  const layers: ReadonlyMap<number, number>[] = [new Map([[ask.to, 0]])]
  const least = new Float64Array(graph.names.length).fill(Infinity)
  least[ask.to] = 0
  while (layers.at(-1)!.size > 0) {
    layers.push(nextLayer(graph, ask, layers.at(-1)!, least, most))
    if (layers.at(-1)!.has(ask.from)) return walked(graph, ask, layers)
  }
  return undefined
}

/** The least delay of any path of known delay, microseconds; Infinity where there is none. */
export function leastDelay(graph: Graph, ask: Ask): number {
  if (ask.from === ask.to || isClosed(ask, ask.from) || isClosed(ask, ask.to)) return Infinity
  const least = new Float64Array(graph.names.length).fill(Infinity)
  least[ask.to] = 0
  let layer: ReadonlyMap<number, number> = new Map([[ask.to, 0]])
  while (layer.size > 0) layer = nextLayer(graph, ask, layer, least, unknownDelay - 1)
  return least[ask.from]!
}

const isClosed = ({ closedNodes }: Ask, node: number): boolean => closedNodes[node] === 1

/** One hop further from the goal, of nodes that get nearer to it by that. `least` is updated. */
function nextLayer(
  { arcs, delay }: Graph,
  ask: Ask,
  last: ReadonlyMap<number, number>,
  least: Float64Array,
  most: number,
): ReadonlyMap<number, number> {
  const layer = new Map<number, number>()
  for (const [node, behind] of last) {
    for (const { link, to } of arcs[node]!) {
      const whole = behind + delay[link]!
      if (ask.closedLinks[link] === 1 || isClosed(ask, to) || whole > most || whole >= least[to]!) continue
      layer.set(to, Math.min(whole, layer.get(to) ?? Infinity))
    }
  }
  for (const [node, whole] of layer) least[node] = whole
  return layer
}

/** From the start along the first links that keep the delay the least. */
function walked({ arcs, delay }: Graph, ask: Ask, layers: Layers): Route {
  const whole = layers.at(-1)!.get(ask.from)!
  const links: number[] = []
  let node = ask.from
  for (let left = layers.length - 1; left > 0; left--) {
    const here = layers[left]!.get(node)!
    const arc = arcs[node]!.find(
      ({ link, to }) => ask.closedLinks[link] === 0 && layers[left - 1]!.get(to) === here - delay[link]!,
    )!
    links.push(arc.link)
    node = arc.to
  }
  return { links, delay: whole }
}

/**
 * The `count` best, by Yen's algorithm (Management Science 17, 1971): each next one leaves those before it at some node, by a
 * link that none of them takes there.
 */
export function bestRoutes(graph: Graph, ask: Ask, count: number): readonly Route[] {
  const first = bestRoute(graph, ask)
  if (first === undefined) return []
  const found = [first]
  const candidates = new Map<string, Route>()
  while (found.length < count) {
    for (const route of detours(graph, ask, found)) candidates.set(route.links.join(), route)
    const best = [...candidates.values()].sort(compareRoutes)[0]
    if (best === undefined) break
    candidates.delete(best.links.join())
    found.push(best)
  }
  return found
}

/** From each node of the last path. */
function* detours(graph: Graph, ask: Ask, found: readonly Route[]): Generator<Route> {
  const { links } = found.at(-1)!
  const closedNodes = ask.closedNodes.slice()
  let node = ask.from
  let behind = 0
  for (const [at, link] of links.entries()) {
    const root = links.slice(0, at)
    const closedLinks = ask.closedLinks.slice()
    for (const other of found)
      if (root.every((one, index) => one === other.links[index])) closedLinks[other.links[at]!] = 1
    const rest = bestRoute(graph, { from: node, to: ask.to, closedLinks, closedNodes })
    if (rest !== undefined) yield { links: [...root, ...rest.links], delay: behind + rest.delay }
    closedNodes[node] = 1
    behind += graph.delay[link]!
    node = farEnd(graph, link, node)
  }
}

function farEnd({ links, numberOf }: Graph, link: number, node: number): number {
  const { a, z } = links[link]!
  const one = numberOf.get(a.node)!
  return one === node ? numberOf.get(z.node)! : one
}

/** As for `sort`: the better one first. */
export function compareRoutes(one: Route, other: Route): number {
  if (one.links.length !== other.links.length) return one.links.length - other.links.length
  if (one.delay !== other.delay) return one.delay - other.delay
  const at = one.links.findIndex((link, index) => link !== other.links[index])
  return at < 0 ? 0 : one.links[at]! - other.links[at]!
}

/** The nodes that a path from `from` passes, with both ends. */
export function nodesAlong(graph: Graph, from: number, links: readonly number[]): readonly number[] {
  const nodes = [from]
  for (const link of links) nodes.push(farEnd(graph, link, nodes.at(-1)!))
  return nodes
}
