/** The time of sessions: milliseconds since 1970 with fractions, and never back, whatever is done to the clock. @module */

export const clock = (): number => performance.timeOrigin + performance.now()
