/**
 * What traffic is made of in a window, so that two windows can be compared: the heaviest keys of each set, by octets, and of
 * hosts also by flows, because a scan is many flows and hardly an octet.
 * @module
 */
import { Distinct } from '../distinct.ts'
import { topOf, type TopItem, type TopQuestion } from '../top.ts'
import { topSets, type TopSet } from '../top-sets.ts'
import { totalsOf } from '../traffic-totals.ts'
import type { Window } from '../window.ts'

/** Keys of each set, by octets and once more by flows. */
const maxParts = 32
/** Listed hosts among which those with most flows are looked for. */
const searched = 1024

export interface Part {
  /** As `TopItem.key`, its texts joined: `10.0.0.1`, `office → dc-east`. */
  readonly key: string
  readonly bitsPerSecond: number
  readonly flowsPerSecond: number
}

export interface Composition {
  readonly window: Window
  readonly bitsPerSecond: number
  readonly ipv6BitsPerSecond: number
  readonly flowsPerSecond: number
  /** Different addresses, to 3 %. */
  readonly sources: number
  readonly destinations: number
  readonly parts: Readonly<Record<TopSet, readonly Part[]>>
  /** Bits per second that a key that is not listed may have at most, by set. */
  readonly unlisted: Readonly<Record<TopSet, number>>
}

export function compositionOf(question: TopQuestion): Composition {
  const { window, slices } = question
  const totals = totalsOf(window, slices)
  const seconds = Math.max(window.seconds, 1e-3)
  const sets = Object.keys(topSets) as TopSet[]
  const parts = {} as Record<TopSet, readonly Part[]>
  const unlisted = {} as Record<TopSet, number>
  for (const set of sets) {
    const isHost = set === 'src' || set === 'dst'
    const { items, unlistedAtMost } = topOf(set, isHost ? searched : maxParts * 8, question)
    const byFlows = isHost ? items.toSorted((one, other) => other.flows - one.flows).slice(0, maxParts) : []
    const heaviest = items.slice(0, set === 'sites' ? items.length : maxParts)
    parts[set] = [...new Set([...heaviest, ...byFlows])].map((item) => partOf(item, seconds))
    unlisted[set] = (unlistedAtMost * 8) / seconds
  }
  const [sources, destinations] = [new Distinct(), new Distinct()]
  for (const slice of slices) {
    sources.merge(slice.sources)
    destinations.merge(slice.destinations)
  }
  return {
    window,
    bitsPerSecond: totals.bitsPerSecond,
    ipv6BitsPerSecond: totals.ipv6BitsPerSecond,
    flowsPerSecond: totals.flows / seconds,
    sources: sources.count,
    destinations: destinations.count,
    parts,
    unlisted,
  }
}

const partOf = ({ key, bitsPerSecond, flows }: TopItem, seconds: number): Part => ({
  key: keyText(key),
  bitsPerSecond,
  flowsPerSecond: flows / seconds,
})

/** `a → b`, `a → b:443 (6)`, `a`. */
function keyText(key: Readonly<Record<string, string>>): string {
  const { src, dst, dstPort, protocol, srcSite, dstSite, application } = key
  if (srcSite !== undefined) return `${srcSite} → ${dstSite}`
  if (application !== undefined) return application
  if (dstPort !== undefined) return `${src} → ${dst} port ${dstPort} protocol ${protocol}`
  if (src !== undefined && dst !== undefined) return `${src} → ${dst}`
  return src ?? dst ?? '?'
}
