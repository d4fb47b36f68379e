/**
 * Names of segments: the number of the first block that it may hold, zero-padded so that names sort by number. A
 * segment holds the blocks from its own number up to the one before the next segment's.
 * @module
 */

const digits = 16
const form = /^(\d{16})\.vlog$/

export const segmentNameOf = (first: number): string => `${String(first).padStart(digits, '0')}.vlog`

/** Number in the name; `undefined` for a file that is not a segment. */
export function firstBlockOf(name: string): number | undefined {
  const first = Number(form.exec(name)?.[1])
  return Number.isSafeInteger(first) ? first : undefined
}

/** Names of segments whose blocks are all `covered` or older. Never the last one: it records the highest number. */
export function coveredSegments(names: readonly string[], covered: number): readonly string[] {
  const segments = names.filter((name) => firstBlockOf(name) !== undefined).sort()
  return segments.filter((_, index) => {
    const next = segments[index + 1]
    return next !== undefined && firstBlockOf(next)! <= covered + 1
  })
}
