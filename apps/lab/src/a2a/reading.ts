/** How a reader treats its stream, and its reports about it, one per line. Times are milliseconds since 1970. @module */

/**
 * Milliseconds without anything after which a reader gives its stream up; the writer sends every few. The SDK
 * has no such timer: by itself it would wait for the 5 minutes of `fetch`.
 */
export const stall = 2000
/** Milliseconds from then, or from when the stream broke, until the reader of the scenario `roam` asks again. */
export const retryAfter = 200

export type Reading =
  /** A part arrived as an event of the stream. */
  | { readonly type: 'part'; readonly part: number; readonly at: number }
  /** The task as it was when the reader subscribed again, with all its parts. */
  | { readonly type: 'snapshot'; readonly parts: readonly number[]; readonly at: number }
  /** The stream broke, ended too early, or stalled. */
  | { readonly type: 'broken'; readonly why: string; readonly at: number }
  | { readonly type: 'over'; readonly at: number }
