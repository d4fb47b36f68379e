/**
 * The time of sessions: milliseconds since 1970 with fractions. It never goes back, whatever is done to the clock.
 * @module
 */

/** Read once: reading it costs more than reading the time. */
const origin = performance.timeOrigin

export const clock = (): number => origin + performance.now()
