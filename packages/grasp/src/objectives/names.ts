/** Names of the objectives that are our own. @module */

/** Before the last ":" of a private name stands a domain of whoever defined it (RFC 8990 §2.10.1). The only place that says it. */
const privatePrefix = 'vagus.example:'

export const privateName = (name: string): string => privatePrefix + name
