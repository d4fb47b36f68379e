/**
 * Curves between boxes of the map: they leave each box at a right angle on the side that faces the middle, beside the
 * links that leave there.
 * @module
 */
import type { Point } from './geometry.ts'
import type { PlacedNode } from './placement.ts'

/** A cubic Bézier curve: its ends and the points that it is drawn towards. */
export interface Curve {
  readonly from: Point
  readonly towards: readonly [Point, Point]
  readonly to: Point
}

/** The middle of a box's side is for its links: this share of half the side away from it. */
const asideOfLinks = 0.62
/** How far it goes straight on, as a share of the way to the other end; and pixels at least. */
const straight = 0.42
const leastStraight = 56

interface Exit {
  readonly at: Point
  /** A unit step out of the box. */
  readonly out: Point
}

function exitOf(box: PlacedNode, other: PlacedNode, middle: Point): Exit {
  if (box.ports === 'upright') {
    const y = middle.y > box.y ? 1 : -1
    const x = other.x > box.x ? 1 : -1
    return {
      at: { x: box.x + x * box.halfWidth * asideOfLinks, y: box.y + y * box.halfHeight },
      out: { x: 0, y },
    }
  }
  const x = middle.x > box.x ? 1 : -1
  const y = other.y > box.y ? 1 : -1
  return { at: { x: box.x + x * box.halfWidth, y: box.y + y * box.halfHeight * asideOfLinks }, out: { x, y: 0 } }
}

export function curveBetween(one: PlacedNode, other: PlacedNode, middle: Point): Curve {
  const [from, to] = [exitOf(one, other, middle), exitOf(other, one, middle)]
  const length = Math.max(leastStraight, straight * Math.hypot(to.at.x - from.at.x, to.at.y - from.at.y))
  const beyond = ({ at, out }: Exit): Point => ({ x: at.x + out.x * length, y: at.y + out.y * length })
  return { from: from.at, towards: [beyond(from), beyond(to)], to: to.at }
}

/** The point at share 0..1 of the curve's parameter. */
export function pointOn({ from, towards: [first, second], to }: Curve, share: number): Point {
  const rest = 1 - share
  const [a, b, c, d] = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3]
  return {
    x: a * from.x + b * first.x + c * second.x + d * to.x,
    y: a * from.y + b * first.y + c * second.y + d * to.y,
  }
}

/** As the `d` of an SVG path. */
export function curveText({ from, towards: [first, second], to }: Curve): string {
  const text = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`
  return `M${text(from)}C${text(first)} ${text(second)} ${text(to)}`
}
