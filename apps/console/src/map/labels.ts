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

/** Characters of a name shown at a router; the full name shows under the mouse and in the strip below. */
const longestName = 18

/** A name, cut with a sign where it has more than `most` characters. */
export const shortened = (name: string, most = longestName): string =>
  name.length <= most ? name : `${name.slice(0, Math.max(1, most - 1))}…`

/** How many characters of a name have room in a number of pixels. */
export const charactersIn = (pixels: number): number => Math.max(2, Math.floor(pixels / (2 * halfCharacter)))

/** Half the width of a character of 12 px Inter semibold, as a mean; and half the height of a line. */
const halfCharacter = 3.4
export const halfLine = 8

type Size = Pick<Box, 'halfWidth' | 'halfHeight'>

const sizeOf = (lines: readonly string[]): Size => ({
  halfWidth: Math.max(...lines.map(({ length }) => length)) * halfCharacter + 2,
  halfHeight: lines.length * halfLine,
})

/** How far the middle of a name must be from that of its router, to a side and upwards or downwards. */
const distancesOf = (node: PlacedNode, { halfWidth, halfHeight }: Size) => ({
  beside: node.halfWidth + halfWidth + 5,
  over: node.halfHeight + halfHeight + 3,
})

function near(node: PlacedNode, box: Size): Box[] {
  const { halfWidth, halfHeight } = box
  const { beside, over } = distancesOf(node, box)
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

/** Pixels between a name and the middle of a line: half the width of the thickest, so that they do not touch. */
const clear = 4
/** Pixels that a name may stand farther off than it has to, and between two places that are tried. */
const farthest = 12
const pace = 4

/** Of more routers than this no name looks farther than the nearest places: that would take a second, each time. */
const maxSearching = 40

/** All around, the nearest first: between links that are close together there is one gap, and it is not at a corner. */
function around(node: PlacedNode, box: Size): Box[] {
  const { beside, over } = distancesOf(node, box)
  return steps(beside + farthest)
    .flatMap((x) =>
      steps(over + farthest).map((y) => ({ x, y, off: Math.max(Math.abs(x) - beside, Math.abs(y) - over) })),
    )
    .filter(({ off }) => off >= 0)
    .sort((one, other) => one.off - other.off)
    .map(({ x, y }) => ({ ...box, x: node.x + x, y: node.y + y }))
}

/** From -`most` to `most`, with 0 among them. */
function steps(most: number): number[] {
  const each = Math.floor(most / pace)
  return Array.from({ length: 2 * each + 1 }, (_, step) => (step - each) * pace)
}

/** The first of the cheapest. */
function leastOf(boxes: readonly Box[], costOf: (box: Box) => number): Box {
  let [least, cost] = [boxes[0]!, Infinity]
  for (const box of boxes) {
    const own = costOf(box)
    if (own < cost) [least, cost] = [box, own]
    if (cost === 0) break
  }
  return least
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
      links.filter((link) => passes(link, box, clear)).length +
      10 * [...obstacles, ...placed].filter((other) => overlap(box, other)).length
    const size = sizeOf(lines)
    const first = leastOf(near(node, size), costOf)
    const isGood = routers.length > maxSearching || costOf(first) === 0
    const best = isGood ? first : leastOf([first, ...around(node, size)], costOf)
    placed.push({ ...best, name: node.name, lines })
  }
  return placed
}
