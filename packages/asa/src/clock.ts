/** The clock that everything here waits by. @module */

/** Milliseconds since 1970 as the clock stood when the process began; never goes back nor jumps when the clock is set. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()
