/** When a dispatcher takes a vehicle for lost: the same rule whatever carries the messages. @module */

/** Milliseconds without any word of a vehicle that tells five times a second where it is. */
export const patience = 1000
