import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Arc, routingOf } from '../../src/index.ts'

/** Both ways of each link. */
const both = (links: readonly (readonly [a: number, z: number, weight: number])[]): readonly Arc[] =>
  links.flatMap(([a, z, weight]) => [
    { from: a, to: z, weight },
    { from: z, to: a, weight },
  ])

/** Part of the traffic from `source` to `sink` on each arc. */
function partsOf(nodes: number, arcs: readonly Arc[], source: number, sink: number): readonly number[] {
  return routingOf(nodes, arcs).map(({ cells, parts }) => parts[cells.indexOf(source * nodes + sink)] ?? 0)
}

describe('routing', () => {
  // 0 – 1 – 3 and 0 – 2 – 3
  const square = both([
    [0, 1, 10],
    [1, 3, 10],
    [0, 2, 10],
    [2, 3, 10],
  ])

  test('divides evenly over equally short paths (RFC 2328 §16.1)', () => {
    assert.deepEqual(partsOf(4, square, 0, 3), [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0])
  })

  test('takes the shortest path alone', () => {
    const arcs = both([
      [0, 1, 10],
      [1, 3, 10],
      [0, 2, 10],
      [2, 3, 11],
    ])
    assert.deepEqual(partsOf(4, arcs, 0, 3), [1, 0, 1, 0, 0, 0, 0, 0])
  })

  test('takes sums of decimals that differ in their last bits as equal', () => {
    const arcs = both([
      [0, 1, 0.1],
      [1, 3, 0.2],
      [0, 2, 0.2],
      [2, 3, 0.1],
    ])
    assert.deepEqual(partsOf(4, arcs, 0, 3), [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0])
  })

  test('numbers cells by the ends that are asked for, and leaves out pairs without a path', () => {
    const shares = routingOf(4, both([[3, 1, 1]]), [1, 3, 0])
    assert.deepEqual(
      shares.map(({ cells }) => [...cells]),
      [[3], [1]],
    )
  })

  test('refuses arcs that are none', () => {
    assert.throws(() => routingOf(2, [{ from: 0, to: 2, weight: 1 }]), /must join nodes 0\.\.1, got 0 → 2/)
    assert.throws(() => routingOf(2, [{ from: 0, to: 1, weight: 0 }]), /must be above 0 and finite, got 0 for 0 → 1/)
  })

  test('loses nothing: what leaves a source arrives, and what enters a node between leaves it', () => {
    const arc = fc.record({ from: fc.nat({ max: 5 }), to: fc.nat({ max: 5 }), weight: fc.integer({ min: 1, max: 3 }) })
    fc.assert(
      fc.property(fc.array(arc, { maxLength: 20 }), (any) => {
        const arcs = any.filter(({ from, to }) => from !== to)
        const flow = new Float64Array(36 * 6)
        const reached = new Set<number>()
        for (const [at, { cells, parts }] of routingOf(6, arcs).entries()) {
          for (const [index, cell] of cells.entries()) {
            reached.add(cell)
            flow[cell * 6 + arcs[at]!.to]! += parts[index]!
            flow[cell * 6 + arcs[at]!.from]! -= parts[index]!
          }
        }
        for (const cell of reached) {
          for (let node = 0; node < 6; node++) {
            const wanted = node === cell % 6 ? 1 : node === Math.floor(cell / 6) ? -1 : 0
            assert.ok(Math.abs(flow[cell * 6 + node]! - wanted) < 1e-9)
          }
        }
      }),
    )
  })
})
