/**
 * Which part of the traffic between two nodes crosses which link: shortest paths, and where several are equally short, each
 * node divides its traffic evenly over the next hops (ECMP, as OSPF has it: RFC 2328 §16.1).
 * @module
 */

/** One direction of a link. Nodes are numbers from 0 on. */
export interface Arc {
  readonly from: number
  readonly to: number
  /** The routing protocol's metric, or a delay: above 0. */
  readonly weight: number
}

/** Cells of a matrix, and the part of each that one link carries, 0..1. */
export interface Share {
  readonly cells: Int32Array
  readonly parts: Float64Array
}

/** Paths whose lengths differ by less than this part are equally long: sums of decimals differ in their last bits. */
const equal = 1e-9

/**
 * One share for each arc, in their order. Cells are source × ends + sink, both as places in `ends`: the nodes where traffic
 * begins and ends, all of them unless said. Pairs without a path are in no share.
 * @throws {RangeError} for a weight that is not above 0, or a node outside 0..nodes-1
 */
export function routingOf(nodes: number, arcs: readonly Arc[], ends?: readonly number[]): readonly Share[] {
  check(nodes, arcs)
  const found = arcs.map(() => ({ cells: [] as number[], parts: [] as number[] }))
  const into = Array.from({ length: nodes }, (): number[] => [])
  const outOf = Array.from({ length: nodes }, (): number[] => [])
  for (const [at, { from, to }] of arcs.entries()) {
    into[to]!.push(at)
    outOf[from]!.push(at)
  }
  const used = ends ?? Array.from({ length: nodes }, (_, node) => node)
  for (const [column, sink] of used.entries()) {
    const { distance, farthestFirst } = distancesTo(sink, nodes, arcs, into)
    const next = outOf.map((leaving, node) =>
      leaving.filter((at) => {
        const { to, weight } = arcs[at]!
        return node !== sink && distance[to]! + weight <= distance[node]! * (1 + equal)
      }),
    )
    for (const [row, source] of used.entries()) {
      if (source === sink || distance[source] === Infinity) continue
      const arriving = new Float64Array(nodes)
      arriving[source] = 1
      // Farthest first: all that arrives at a node is known before it is divided.
      for (const node of farthestFirst) {
        if (arriving[node] === 0 || node === sink) continue
        const part = arriving[node]! / next[node]!.length
        for (const at of next[node]!) {
          arriving[arcs[at]!.to]! += part
          found[at]!.cells.push(row * used.length + column)
          found[at]!.parts.push(part)
        }
      }
    }
  }
  return found.map(({ cells, parts }) => ({ cells: Int32Array.from(cells), parts: Float64Array.from(parts) }))
}

function check(nodes: number, arcs: readonly Arc[]): void {
  const isNode = (node: number): boolean => Number.isInteger(node) && node >= 0 && node < nodes
  for (const { from, to, weight } of arcs) {
    if (!isNode(from) || !isNode(to))
      throw new RangeError(`an arc must join nodes 0..${nodes - 1}, got ${from} → ${to}`)
    if (!(weight > 0 && weight < Infinity)) {
      throw new RangeError(`the weight of an arc must be above 0 and finite, got ${weight} for ${from} → ${to}`)
    }
  }
}

/** Dijkstra over the arcs backwards. Nodes that do not reach the sink are at Infinity, and in no order. */
function distancesTo(
  sink: number,
  nodes: number,
  arcs: readonly Arc[],
  into: readonly (readonly number[])[],
): { readonly distance: Float64Array; readonly farthestFirst: readonly number[] } {
  const distance = new Float64Array(nodes).fill(Infinity)
  const isSettled = new Uint8Array(nodes)
  const settled: number[] = []
  distance[sink] = 0
  for (;;) {
    let nearest = -1
    for (let node = 0; node < nodes; node++) {
      if (isSettled[node] === 1 || distance[node] === Infinity) continue
      if (nearest < 0 || distance[node]! < distance[nearest]!) nearest = node
    }
    if (nearest < 0) return { distance, farthestFirst: settled.toReversed() }
    isSettled[nearest] = 1
    settled.push(nearest)
    for (const at of into[nearest]!) {
      const { from, weight } = arcs[at]!
      distance[from] = Math.min(distance[from]!, distance[nearest]! + weight)
    }
  }
}
