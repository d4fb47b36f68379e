/** Gaps of a connection as one end saw them: an answer was late, and then something arrived again. @module */

export interface Gaps {
  readonly count: number
  /** Milliseconds since the previous packet, or since the unanswered packet was sent, if that was later. */
  readonly last: number | undefined
  readonly longest: number | undefined
}

/** Shared: most connections have none. */
export const noGaps: Gaps = { count: 0, last: undefined, longest: undefined }

export const withGap = ({ count, longest = 0 }: Gaps, milliseconds: number): Gaps => ({
  count: count + 1,
  last: milliseconds,
  longest: Math.max(longest, milliseconds),
})

/** Counts it, and tells of it. */
export function sawGap(
  link: { gaps: Gaps; say(event: { readonly event: 'gap'; readonly milliseconds: number }): void },
  milliseconds: number,
): void {
  link.gaps = withGap(link.gaps, milliseconds)
  link.say({ event: 'gap', milliseconds })
}
