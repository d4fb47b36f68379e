/** Types of problems (RFC 9457 §3.1.1) that programs must tell apart. Free of zod, so that agents can import them. @module */

/** The controller, or a side-car, knows no agent of the name: not to be mistaken for the 404 of a proxy or a wrong path. */
export const unknownAgent = 'urn:vagus:problem:unknown-agent'

/** The controller has no roster of the owner. */
export const unknownRoster = 'urn:vagus:problem:unknown-roster'
