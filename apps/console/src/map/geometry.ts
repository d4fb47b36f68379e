/**
 * Points and segments of the plane, in pixels.
 * @module
 */

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Segment {
  readonly from: Point
  readonly to: Point
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly halfWidth: number
  readonly halfHeight: number
}

/** The point at share 0..1 of the way. */
export const pointAt = ({ from, to }: Segment, share: number): Point => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
})

export const lengthOf = ({ from, to }: Segment): number => Math.hypot(to.x - from.x, to.y - from.y)

/** The segment moved sideways, to the left of its direction, by some pixels. */
export function shifted(segment: Segment, pixels: number): Segment {
  const length = lengthOf(segment) || 1
  const x = ((segment.to.y - segment.from.y) / length) * pixels
  const y = (-(segment.to.x - segment.from.x) / length) * pixels
  return {
    from: { x: segment.from.x + x, y: segment.from.y + y },
    to: { x: segment.to.x + x, y: segment.to.y + y },
  }
}

/** How far a point is to the left of a line, in the sense of `shifted`; 0 for no point. In pixels times the length. */
export const sidewaysOf = ({ from, to }: Segment, point: Point | undefined): number =>
  point === undefined ? 0 : (point.x - from.x) * (to.y - from.y) - (point.y - from.y) * (to.x - from.x)

const turn = (a: Point, b: Point, c: Point): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)

/** Whether two segments cross inside both. */
export function cross(one: Segment, other: Segment): boolean {
  const a = turn(one.from, one.to, other.from) * turn(one.from, one.to, other.to)
  const b = turn(other.from, other.to, one.from) * turn(other.from, other.to, one.to)
  return a < 0 && b < 0
}

/** Whether a segment passes through a box that is wider by `margin` on every side. */
export function passes(segment: Segment, box: Box, margin: number): boolean {
  const w = box.halfWidth + margin
  const h = box.halfHeight + margin
  let enter = 0
  let leave = 1
  // clipped against both pairs of sides (Liang–Barsky)
  for (const [start, delta, half] of [
    [segment.from.x - box.x, segment.to.x - segment.from.x, w],
    [segment.from.y - box.y, segment.to.y - segment.from.y, h],
  ] as const) {
    if (delta === 0) {
      if (Math.abs(start) > half) return false
      continue
    }
    const first = (-half - start) / delta
    const second = (half - start) / delta
    enter = Math.max(enter, Math.min(first, second))
    leave = Math.min(leave, Math.max(first, second))
  }
  return enter < leave
}

/** Whether two boxes overlap. */
export const overlap = (one: Box, other: Box): boolean =>
  Math.abs(one.x - other.x) < one.halfWidth + other.halfWidth &&
  Math.abs(one.y - other.y) < one.halfHeight + other.halfHeight
