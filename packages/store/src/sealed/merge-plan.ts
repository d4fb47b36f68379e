/**
 * Which small files become one: those whose blocks arrived in the same hour, and later in the same day, once it is over.
 * @module
 */
import type { StoredFile } from './stored-file.ts'

export interface MergeLimits {
  /** A file with more rows stays as it is: reading it is not slower for being one of several. */
  readonly largeRows: number
  /** Rows of a merged file. */
  readonly mergedRows: number
}

export const mergeLimits: MergeLimits = { largeRows: 2_000_000, mergedRows: 16_000_000 }

/** The first run of two or more neighbouring files to merge; `undefined` when there is nothing to do. */
export function nextMerge(
  files: readonly StoredFile[],
  spans: readonly number[],
  now: number,
  limits: MergeLimits = mergeLimits,
): readonly StoredFile[] | undefined {
  for (const span of spans) {
    let run: StoredFile[] = []
    let rows = 0
    for (const file of files) {
      const begin = Math.floor(file.firstAt / span)
      const isOver = (begin + 1) * span <= now && Math.floor(file.lastAt / span) === begin
      const fits =
        run.length === 0 || (Math.floor(run[0]!.firstAt / span) === begin && rows + file.rows <= limits.mergedRows)
      if (run.length > 1 && !(fits && isOver && file.rows < limits.largeRows)) return run
      if (!fits || !isOver || file.rows >= limits.largeRows) {
        run = []
        rows = 0
      }
      if (isOver && file.rows < limits.largeRows) {
        run.push(file)
        rows += file.rows
      }
    }
    if (run.length > 1) return run
  }
  return undefined
}
