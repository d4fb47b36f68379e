/** Contents of a segment: entries, and runs of octets that are not entries. @module */
import { type Entry, findEntry, readEntry } from './entry.ts'

export interface SegmentScan {
  readonly entries: number
  readonly last: Entry | undefined
  /** End of the last entry; the rest is torn. */
  readonly endAt: number
  /** Runs between entries. */
  readonly damage: readonly { readonly at: number; readonly octets: number }[]
}

export function scanSegment(octets: Uint8Array): SegmentScan {
  const damage: { at: number; octets: number }[] = []
  let entries = 0
  let last: Entry | undefined
  for (let at = 0; ;) {
    const entry = readEntry(octets, at)
    if (typeof entry === 'object') {
      entries++
      last = entry
      at = entry.endAt
      continue
    }
    const next = findEntry(octets, at + 8)
    if (next === undefined) return { entries, last, endAt: last?.endAt ?? 0, damage }
    damage.push({ at, octets: next - at })
    at = next
  }
}
