/** The heaviest keys of a window. @module */
import { type Domain, nameOf } from './domain.ts'
import type { PairTable } from './pair-table.ts'
import type { Slice } from './slice.ts'
import { SpaceSaving } from './space-saving.ts'
import { textOfKey, type TopSet, topSets } from './top-sets.ts'
import { totalsOf, type TrafficTotals } from './traffic-totals.ts'
import { octetsAt, volume, volumeFields } from './volume.ts'
import { rateOf, type Window } from './window.ts'

export interface TopItem {
  /** Text by dimension: canonical addresses, names of sites and applications (or `unknown`), decimal numbers. */
  readonly key: Readonly<Record<string, string>>
  /** At least the true octets. */
  readonly octets: number
  /** Counted since the key was listed, like `flows`. */
  readonly packets: number
  readonly flows: number
  readonly bitsPerSecond: number
  /** Share of all counted octets, 0..1. */
  readonly share: number
  /** The true octets are within octets - error..octets, sampling aside. */
  readonly error: number
}

export interface Top {
  readonly window: Window
  readonly by: readonly string[]
  readonly method: 'exact' | 'space-saving'
  readonly total: TrafficTotals
  readonly items: readonly TopItem[]
  /** Maximum octets of an unlisted key; 0 when exact. */
  readonly unlistedAtMost: number
}

export interface TopQuestion {
  readonly window: Window
  readonly slices: readonly Slice[]
  readonly sites: PairTable
  readonly domain: Domain
}

/** Common result of both methods of counting. */
interface Heavy {
  readonly key: Readonly<Record<string, string>>
  readonly octets: number
  readonly error: number
  readonly packets: number
  readonly flows: number
}

export function topOf(set: TopSet, n: number, question: TopQuestion): Top {
  const { window, slices } = question
  const total = totalsOf(window, slices)
  const { heavy, floor } =
    set === 'application' || set === 'sites' ? summed(set, question, total.octets) : sketched(set, n, question)
  return {
    window,
    by: topSets[set],
    method: floor === 0 ? 'exact' : 'space-saving',
    total,
    unlistedAtMost: Math.round(floor),
    items: heavy.slice(0, n).map(({ key, octets, error, packets, flows }) => ({
      key,
      octets: Math.round(octets),
      packets: Math.round(packets),
      flows: Math.round(flows),
      bitsPerSecond: rateOf(octets, window),
      share: total.octets > 0 ? Math.min(octets / total.octets, 1) : 0,
      error: Math.ceil(error),
    })),
  }
}

type Answer = { readonly heavy: readonly Heavy[]; readonly floor: number }

function sketched(set: 'src' | 'dst' | 'pair' | 'conversation', n: number, { slices, domain }: TopQuestion): Answer {
  if (slices.length === 0) return { heavy: [], floor: 0 }
  const sketch = SpaceSaving.merged(slices.map((slice) => slice[set]))
  return {
    heavy: sketch.top(n).map((hitter) => ({ ...hitter, key: textOfKey(set, hitter.key, domain) })),
    floor: sketch.floor,
  }
}

/** Applications and site pairs are few: each has its own sum, of `total` octets. */
function summed(set: 'application' | 'sites', { slices, sites, domain }: TopQuestion, total: number): Answer {
  const all = slices.map((slice) => (set === 'sites' ? slice.sites : slice.applications))
  const sum = new Float64Array(Math.max(0, ...all.map(({ rows }) => rows.length)))
  for (const each of all) each.addTo(sum)
  const heavy: Heavy[] = []
  for (let slot = 0; slot * volumeFields < sum.length; slot++) {
    const at = slot * volumeFields
    const octets = octetsAt(sum, at)
    if (octets === 0) continue
    const key: Record<string, string> =
      set === 'sites'
        ? {
            srcSite: nameOf(domain.sites, sites.sourceAt(slot)),
            dstSite: nameOf(domain.sites, sites.sinkAt(slot)),
          }
        : { application: nameOf(domain.applications, slot) }
    heavy.push({ key, octets, error: 0, packets: sum[at + volume.packets]!, flows: sum[at + volume.flows]! })
  }
  heavy.sort((a, b) => b.octets - a.octets)
  // The rest of the total belongs to pairs beyond `maxPairs`; up to a millionth of the total is rounding.
  const rest = total - heavy.reduce((octets, each) => octets + each.octets, 0)
  return { heavy, floor: rest > total * 1e-6 ? rest : 0 }
}
