/** Plans the removal of files: those older than their retention, and the oldest of a store too large. @module */
import type { TierName } from '../query/queries.ts'
import { hasRangeOf, type StoredFile } from './stored-file.ts'
import { type FileKind, rawKind, sumsKind } from './tiers.ts'

/** Retention of each tier, in seconds. */
export interface Retention {
  readonly raw: number
  readonly minute: number
  readonly fiveMinutes: number
  readonly hour: number
}

const keptSeconds = (retention: Retention, tier: TierName): number =>
  tier === 'five-minutes' ? retention.fiveMinutes : retention[tier]

/**
 * By age: files whose newest block arrived longer ago than the retention of their tier. By size: while the files and
 * `otherOctets` (the log) exceed `maxOctets`, the oldest single records and their sums; rollups stay.
 */
export function expiredFiles(
  files: ReadonlyMap<FileKind, readonly StoredFile[]>,
  retention: Retention,
  maxOctets: number,
  otherOctets: number,
  now: number,
): ReadonlyMap<FileKind, readonly StoredFile[]> {
  const expired = new Map<FileKind, StoredFile[]>()
  let octets = otherOctets
  for (const [kind, list] of files) {
    const oldest = now - keptSeconds(retention, kind.tier) * 1000
    expired.set(
      kind,
      list.filter(({ lastAt }) => lastAt < oldest),
    )
    for (const file of list) if (file.lastAt >= oldest) octets += file.octets
  }
  const gone = expired.get(rawKind) ?? []
  for (const file of files.get(rawKind) ?? []) {
    if (octets <= maxOctets) break
    if (gone.includes(file)) continue
    const sums = (files.get(sumsKind) ?? []).filter((each) => hasRangeOf(each, file))
    gone.push(file)
    expired.get(sumsKind)?.push(...sums)
    octets -= file.octets + sums.reduce((sum, each) => sum + each.octets, 0)
  }
  return expired
}
