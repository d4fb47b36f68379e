/**
 * Plans merges of small files: of those whose blocks arrived in the same hour, and later in the same day, once it has
 * ended.
 * @module
 */
import type { StoredFile } from './stored-file.ts'

export interface MergeLimits {
  /** Files with this many rows or more are not merged: that would not make reading them faster. */
  readonly largeRows: number
  /** Maximum rows of a merged file. */
  readonly mergedRows: number
}

const mergeLimits: MergeLimits = { largeRows: 2_000_000, mergedRows: 16_000_000 }

/**
 * Returns the first run of two or more adjacent files to merge; `undefined` when there is none. No run spans missing
 * blocks: their file may be unreadable only for now, and the next start would take it for already merged.
 */
export function nextMerge(
  files: readonly StoredFile[],
  spans: readonly number[],
  now: number,
  limits: MergeLimits = mergeLimits,
): readonly StoredFile[] | undefined {
  for (const span of spans) {
    const spanOf = (at: number): number => Math.floor(at / span)
    let run: readonly StoredFile[] = []
    for (const file of files) {
      const hasEnded = (spanOf(file.lastAt) + 1) * span <= now && spanOf(file.firstAt) === spanOf(file.lastAt)
      const small = hasEnded && file.rows < limits.largeRows ? [file] : []
      const isNext = run.length === 0 || run.at(-1)!.to + 1 === file.from
      const joined = [...run, ...small]
      const rows = joined.reduce((sum, each) => sum + each.rows, 0)
      const isSameSpan = small.length > 0 && spanOf(joined[0]!.firstAt) === spanOf(file.firstAt)
      const joins = isSameSpan && isNext && rows <= limits.mergedRows
      if (!joins && run.length > 1) return run
      run = joins ? joined : small
    }
    if (run.length > 1) return run
  }
  return undefined
}
