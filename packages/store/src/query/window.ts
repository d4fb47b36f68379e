/** Windows and steps of a question: what is asked, checked. @module */

export interface Window {
  readonly from: number
  readonly to: number
}

const latestTime = 8_640_000_000_000_000 // the last one that Date knows

/** @throws {RangeError} when it is no window */
export function checkWindow({ from, to }: Window): void {
  for (const [name, time] of Object.entries({ from, to })) {
    if (!Number.isInteger(time) || time < 0 || time > latestTime) {
      throw new RangeError(`"${name}" must be whole milliseconds since 1970, got ${String(time)}`)
    }
  }
  if (from >= to) throw new RangeError(`"from" must be before "to" (${to}), got ${from}`)
}

/** The window in whole steps. */
export const alignedTo = ({ from, to }: Window, step: number): Window => ({
  from: Math.floor(from / step) * step,
  to: Math.ceil(to / step) * step,
})
