/**
 * Utilisation as colour: quiet up to 70 %, then amber, orange, crimson; a badge in figures from 80 %, because colour
 * alone must not carry it. The colours of the steps are in `styles/tokens.css` (--u0 … --u6).
 * @module
 */
import type { Link } from '@vagus/api'
import { congestedFrom, nearlyFullFrom } from '@vagus/api/thresholds'

/** Up to this share the colours are quiet. */
export const quietBelow = 0.7

/** Upper ends of the steps, as shares; what is above the last one is the last step. */
const upperEnds = [0.25, 0.4, 0.55, quietBelow, congestedFrom, nearlyFullFrom] as const
/** Texts of the legend, one per step. */
export const stepLabels = ['<25', '40', '55', '70', '80', '90', '>90'] as const

/** Step 0..6 of a utilisation (1 is full), or -1 when it is not known. */
export function stepOf(utilisation: number | null): number {
  if (utilisation === null) return -1
  const step = upperEnds.findIndex((end) => utilisation < end)
  return step < 0 ? upperEnds.length : step
}

/** The colour of a utilisation as a CSS value. */
export const colourOf = (utilisation: number | null): string =>
  utilisation === null ? 'var(--unknown)' : `var(--u${stepOf(utilisation)})`

/** The higher utilisation of both directions; null when neither is known. */
export function peakOf(link: Pick<Link, 'aToZ' | 'zToA'>): number | null {
  const known = [link.aToZ.utilisation, link.zToA.utilisation].filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** Links by the higher utilisation of their directions, busiest first; unknown ones last; then by name. */
export function byPeak(links: readonly Link[]): Link[] {
  return [...links].sort((x, y) => (peakOf(y) ?? -1) - (peakOf(x) ?? -1) || x.name.localeCompare(y.name))
}
