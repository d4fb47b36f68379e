/** Reports of a reader about its stream, one per line. Times are milliseconds since 1970. @module */

export type Reading =
  /** A part arrived as an event of the stream. */
  | { readonly type: 'part'; readonly part: number; readonly at: number }
  /** The task as it was when the reader subscribed again, with all its parts. */
  | { readonly type: 'snapshot'; readonly parts: readonly number[]; readonly at: number }
  /** The stream broke, ended too early, or stalled. */
  | { readonly type: 'broken'; readonly why: string; readonly at: number }
  | { readonly type: 'over'; readonly at: number }
