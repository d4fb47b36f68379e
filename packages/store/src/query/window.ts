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

/** A window as answered. */
export interface KeptWindow extends Window {
  /** When not all of the window is kept: since when there is anything of it. Milliseconds since 1970. */
  readonly keptSince: number | undefined
}

/**
 * The part that is kept of `widened`, the window `asked` for in whole steps, when everything before `since` was removed.
 * A window that ended before stays as it is.
 */
export function keptPart(asked: Window, widened: Window, since: number): KeptWindow {
  const { from, to } = widened
  return {
    from: since < to ? Math.max(from, since) : from,
    to,
    // Infinity: nothing is kept
    keptSince: since > asked.from ? (since === Infinity ? to : since) : undefined,
  }
}

/** The window widened to whole steps. */
export const alignedTo = ({ from, to }: Window, step: number): Window => ({
  from: Math.floor(from / step) * step,
  to: Math.ceil(to / step) * step,
})
