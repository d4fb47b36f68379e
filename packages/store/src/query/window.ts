/** Checks the window of a query and aligns it to steps. @module */

export interface Window {
  readonly from: number
  readonly to: number
}

const latestTime = 8_640_000_000_000_000 // the last that Date can represent

/** @throws {RangeError} when it is not a window */
export function checkWindow({ from, to }: Window): void {
  for (const [name, time] of Object.entries({ from, to })) {
    if (!Number.isInteger(time) || time < 0 || time > latestTime) {
      throw new RangeError(`"${name}" must be whole milliseconds since 1970, got ${String(time)}`)
    }
  }
  if (from >= to) throw new RangeError(`"from" must be before "to" (${to}), got ${from}`)
}

/** The window widened to whole steps. */
export const alignedTo = ({ from, to }: Window, step: number): Window => ({
  from: Math.floor(from / step) * step,
  to: Math.ceil(to / step) * step,
})
