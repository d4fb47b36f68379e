/**
 * Where the badges of busy links stand: on the half of the direction that they speak of, moved along the link until
 * they cover neither a node nor another badge, and beside it where they would on it.
 * @module
 */
import type { Box, Segment } from './geometry.ts'
import { overlap, pointAt, shifted } from './geometry.ts'

export interface BadgeWish {
  readonly key: string
  /** The half of the link, from the node that sends. */
  readonly half: Segment
  readonly text: string
  /** What colours its frame; null for a link that is down. */
  readonly utilisation: number | null
}
export type Badge = Box & Omit<BadgeWish, 'half'>

const shares = [0.5, 0.66, 0.34, 0.82, 0.2] as const
/** On the link first, then just beside it, where the badge still touches the line. */
const asides = [0, 12, -12] as const
const halfHeight = 10

/** Half the width of a badge with this text in 11.5 px figures. */
export const halfWidthOf = (text: string): number => 8 + text.length * 3.6

/** One badge for each wish; when there is no free place, the middle of its half. */
export function placeBadges(wishes: readonly BadgeWish[], obstacles: readonly Box[]): Badge[] {
  const placed: Badge[] = []
  for (const { half, ...wish } of wishes) {
    const candidates = asides.flatMap((aside) =>
      shares.map((share) => ({
        ...wish,
        ...pointAt(shifted(half, aside), share),
        halfWidth: halfWidthOf(wish.text),
        halfHeight,
      })),
    )
    const free = candidates.find((badge) => ![...obstacles, ...placed].some((box) => overlap(badge, box)))
    placed.push(free ?? candidates[0]!)
  }
  return placed
}
