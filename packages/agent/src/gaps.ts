/** Silences of a connection, as one end saw them: an answer was late, and then something came again. @module */

export interface Gaps {
  readonly count: number
  /** Milliseconds, from the last packet before, or from what was to be answered if that was later. */
  readonly last: number | undefined
  readonly longest: number | undefined
}

/** One for all: most connections have none. */
export const noGaps: Gaps = { count: 0, last: undefined, longest: undefined }

export const withGap = ({ count, longest = 0 }: Gaps, milliseconds: number): Gaps => ({
  count: count + 1,
  last: milliseconds,
  longest: Math.max(longest, milliseconds),
})
