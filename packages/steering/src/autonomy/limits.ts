/** What autonomy waits for, and how much it remembers. @module */

/** A prefix is not changed again so soon, milliseconds: neighbours may damp what changes often (RFC 2439). */
export const restMs = 120_000
/** `Bounds.perHour` counts what was done within this time, milliseconds. */
export const hourMs = 3_600_000
/** What a person undid is left alone for so long, milliseconds: its prefixes everywhere, and its border. */
export const respectMs = 86_400_000
/** Steps in a row in which a move did harm before it is undone; and steps that acting in time could have saved. */
export const sureSteps = 2
/** Actions that are remembered, of all borders. When there is no room, nothing more is done until some are a day old. */
export const maxActions = 1024
/** Prefixes of an action that are remembered: as many as `steering.bounds.moves` may allow. */
export const maxActionPrefixes = 64
