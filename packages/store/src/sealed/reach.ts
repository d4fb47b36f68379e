/** How far back each tier is complete. @module */
import type { TierName } from '../query/queries.ts'
import type { Catalogue } from './catalogue.ts'
import { fileKinds } from './tiers.ts'

interface Part {
  readonly from: number
  readonly firstAt: number
}

/**
 * Time since which each tier is complete, in milliseconds since 1970: 0 when its oldest part has the first block of the
 * store; otherwise the arrival of that part, as everything before it was removed. `unsealed` belongs to every tier.
 */
export function reachOf(catalogue: Catalogue, unsealed: readonly Part[]): Readonly<Record<TierName, number>> {
  const nothing = catalogue.covered === 0 ? 0 : Infinity
  const reach = fileKinds
    .filter(({ rows }) => rows === 'traffic' || rows === 'records')
    .map((kind): readonly [TierName, number] => {
      const oldest: Part | undefined = catalogue.files(kind)[0] ?? unsealed[0]
      if (oldest === undefined) return [kind.tier, nothing]
      return [kind.tier, oldest.from === 1 ? 0 : oldest.firstAt]
    })
  return Object.fromEntries(reach) as Record<TierName, number> // sound: every tier has files of one other kind
}
