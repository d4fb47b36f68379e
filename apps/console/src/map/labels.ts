/**
 * Where the names of routers stand: below, above or beside, where the fewest links run.
 * @module
 */
import type { Box } from './geometry.ts'
import { overlap, passes } from './geometry.ts'
import type { PlacedNode } from './placement.ts'
import type { RoutedLink } from './routing.ts'

/** A label: the box that it covers. Its text stands in the middle of it. */
export type Label = Box & { readonly name: string; readonly text: string }

/** Half the width of a character of 12 px Inter semibold, as a mean; and half the height of a line. */
const halfCharacter = 3.4
const halfLine = 8

function candidatesFor(node: PlacedNode, text: string): Box[] {
  const halfWidth = text.length * halfCharacter + 2
  const box = { halfWidth, halfHeight: halfLine }
  const beside = node.halfWidth + halfWidth + 5
  const over = node.halfHeight + halfLine + 3
  return [
    { ...box, x: node.x, y: node.y + over },
    { ...box, x: node.x, y: node.y - over },
    { ...box, x: node.x + beside, y: node.y },
    { ...box, x: node.x - beside, y: node.y },
    ...[-1, 1].flatMap((side) =>
      [-1, 1].map((level) => ({ ...box, x: node.x + side * (beside - 4), y: node.y + level * (over - 4) })),
    ),
  ]
}

/** One label for each node, in the order given; `textOf` says what is written. */
export function placeLabels(
  routers: readonly PlacedNode[],
  obstacles: readonly Box[],
  links: readonly RoutedLink[],
  textOf: (node: PlacedNode) => string,
): Label[] {
  const placed: Label[] = []
  for (const node of routers) {
    const text = textOf(node)
    const costOf = (box: Box): number =>
      links.filter((link) => passes(link, box, 1)).length +
      10 * [...obstacles, ...placed].filter((other) => overlap(box, other)).length
    const best = candidatesFor(node, text).reduce((least, box) => (costOf(box) < costOf(least) ? box : least))
    placed.push({ ...best, name: node.name, text })
  }
  return placed
}
