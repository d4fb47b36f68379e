/**
 * The time of sessions: milliseconds since 1970 with fractions, and never back, whatever is done to the clock. @module
 */

/** Asked once: to ask costs more than the time itself. */
const origin = performance.timeOrigin

export const clock = (): number => origin + performance.now()
