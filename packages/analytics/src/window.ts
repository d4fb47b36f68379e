/** The time span of a figure. @module */

export interface Window {
  /** Milliseconds since 1970, inclusive. */
  readonly from: number
  /** Milliseconds since 1970, exclusive. */
  readonly to: number
  readonly seconds: number
}

export function windowOf(from: number, to: number): Window {
  return { from, to, seconds: (to - from) / 1000 }
}

/** Mean bits per second of `octets` over the window; 0 for an empty window. */
export function rateOf(octets: number, { seconds }: Window): number {
  return seconds > 0 ? (octets * 8) / seconds : 0
}
