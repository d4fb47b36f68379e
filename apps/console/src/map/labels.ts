/**
 * Where the names of routers stand: below, above or beside, where the fewest links run.
 * @module
 */
import type { Box } from './geometry.ts'
import { overlap, passes } from './geometry.ts'
import type { PlacedNode } from './placement.ts'
import type { RoutedLink } from './routing.ts'

/** A label: the box that it covers. Its lines stand in the middle of it, one below the other. */
export type Label = Box & { readonly name: string; readonly lines: readonly string[] }

/** Half the width of a character of 12 px Inter semibold, as a mean; and half the height of a line. */
const halfCharacter = 3.4
export const halfLine = 8

function candidatesFor(node: PlacedNode, lines: readonly string[]): Box[] {
  const halfWidth = Math.max(...lines.map(({ length }) => length)) * halfCharacter + 2
  const halfHeight = lines.length * halfLine
  const box = { halfWidth, halfHeight }
  const beside = node.halfWidth + halfWidth + 5
  const over = node.halfHeight + halfHeight + 3
  return [
    { ...box, x: node.x, y: node.y + over },
    { ...box, x: node.x, y: node.y - over },
    { ...box, x: node.x + beside, y: node.y },
    { ...box, x: node.x - beside, y: node.y },
    // at the corners; then off the middle, where a link leaves upwards or to a side
    ...[-1, 1].flatMap((side) =>
      [-1, 1].flatMap((level) => [
        { ...box, x: node.x + side * (beside - 4), y: node.y + level * (over - 4) },
        { ...box, x: node.x + side * (halfWidth + 4), y: node.y + level * over },
        { ...box, x: node.x + side * beside, y: node.y + level * (halfHeight + 4) },
      ]),
    ),
  ]
}

/** One label for each node, in the order given; `linesOf` says what is written. */
export function placeLabels(
  routers: readonly PlacedNode[],
  obstacles: readonly Box[],
  links: readonly RoutedLink[],
  linesOf: (node: PlacedNode) => readonly string[],
): Label[] {
  const placed: Label[] = []
  for (const node of routers) {
    const lines = linesOf(node)
    const costOf = (box: Box): number =>
      links.filter((link) => passes(link, box, 1)).length +
      10 * [...obstacles, ...placed].filter((other) => overlap(box, other)).length
    const best = candidatesFor(node, lines).reduce((least, box) => (costOf(box) < costOf(least) ? box : least))
    placed.push({ ...best, name: node.name, lines })
  }
  return placed
}
