/** Times at which a link carries nothing, such as a satellite's hand-over every 15 seconds. @module */

/** Milliseconds; periods are counted from 1970 on, so that all links of a kind go out together. */
export interface Outages {
  readonly every: number
  readonly lasts: number
  /** How far into each period they begin. */
  readonly offset: number
}

/** Whether there is one at `now`. */
export const isOut = ({ every, lasts, offset }: Outages, now: number): boolean =>
  (((now - offset) % every) + every) % every < lasts
