/** Types of problems (RFC 9457 §3.1.1) that programs must tell apart. Free of zod, so that agents can import them. @module */

/** The controller, or a side-car, knows no agent of the name: not to be mistaken for the 404 of a proxy or a wrong path. */
export const unknownAgent = 'urn:vagus:problem:unknown-agent'

/** The controller has no roster of the owner. */
export const unknownRoster = 'urn:vagus:problem:unknown-roster'

/** A commit has lines that the operator of a device does not allow; `refused` says which, and why. */
export const linesNotAllowed = 'urn:vagus:problem:lines-not-allowed'
/** A command does more than read. */
export const notRead = 'urn:vagus:problem:not-read'
/** A commit was written for another configuration than the router has. */
export const otherBase = 'urn:vagus:problem:other-base'
/** Another change of the router is pending. */
export const changePending = 'urn:vagus:problem:change-pending'
/** A commit has ended in another way than is asked for now, such as a confirmation that comes too late. */
export const commitOver = 'urn:vagus:problem:commit-over'
/** An intent of the operator of the domain stands against it; `intent` is its name, `until` when its window ends. */
export const intentForbids = 'urn:vagus:problem:intent-forbids'
/** The key of a request was used for another one. */
export const keyUsed = 'urn:vagus:problem:key-used'
/** Whoever asks is nobody that the controller knows: sign in. */
export const signInNeeded = 'urn:vagus:problem:sign-in-needed'
/** Known, but without the right; `detail` says which role has it. */
export const roleNeeded = 'urn:vagus:problem:role-needed'
