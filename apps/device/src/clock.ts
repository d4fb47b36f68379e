/** When something is, and when it is done: real in the agent, virtual in its tests. @module */
export interface Clock {
  /** Milliseconds since 1970, steady. */
  readonly now: () => number
  /** Calls `work` once, unless the function returned is called before. */
  readonly after: (ms: number, work: () => void) => () => void
}
