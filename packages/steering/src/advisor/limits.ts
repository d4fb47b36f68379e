/** How much the advisor looks at, and how long it waits. @module */

/** Of a border; more are not looked at. */
export const maxLinks = 64
/** The heaviest are looked at one by one; what the others bring is a load that cannot be moved. */
export const maxPrefixes = 256
/** Prefixes whose steering is remembered; while there are so many, further ones are not. */
export const maxRemembered = 1024
/** The next best moves that are listed beside those proposed. */
export const maxRejected = 5

/** A link is full from here on, share of its capacity: counters leave out what lies between frames. */
export const fullShare = 0.97
/** A full link hides what more would be sent; hand-set as in the benchmark. */
export const hiddenDemand = 1.2

/** A link is about to be full when it was above its threshold in so many steps in a row. */
export const hotSteps = 2
/**
 * And flows account for so much of its load, share: they are told late, so that what has just begun is not among them, and
 * moves would be chosen by what came before. They are waited for as long as for moves in force (`settleMs`).
 */
export const wellTold = 0.8
/** Moves are to bring a link down to this share of its threshold, or it to get there without them: it may come back else. */
export const aim = 0.95
/** A proposal is given up when it could not be made in so many steps in a row. */
export const patience = 3
/** And when it was not needed for so many horizons: a noisy load that comes back sooner would be proposed for over and over. */
export const calmHorizons = 3
/** A move in force has reached the traffic after so many steps, or was ignored. */
export const settleSteps = 5
/** But not before, milliseconds: flow records tell up to two minutes late what a link carries. */
export const settleMs = 180_000
/** How long a prefix whose move was ignored is not proposed again. */
export const ignoredMs = 86_400_000
