/**
 * Bounds on what telemetry can make us hold or send, with what happens at each.
 * @module
 */

/** Records of one view; a device's list is cut there, heaviest first, and a page that says more is malformed. */
export const maxViewRecords = 256

/** Pages of one view: above, the page is malformed. */
export const maxViewPages = 16

/** Octets of a page's records: with its head and the rest of the UPDATE it stays below 4096 (RFC 4271 §4.1). */
export const maxPageOctets = 3500

/** Links that one table knows, about; one more is refused and counted, those known go on. */
export const defaultMaxLinks = 10_000

/** Pages of views that one table knows; as above. */
export const defaultMaxPages = 20_000

/** Octets per second of anything: 80 Tbit/s. Above, a rate is implausible whatever the link. */
export const maxRate = 1e13

/** A rate above this multiple of the link's capacity is no measurement. */
export const maxOverCapacity = 2

/** Milliseconds by which a sender's clock may be ahead of ours. */
export const maxClockAhead = 60_000

/** Octets of the attribute of carrier B; what does not fit goes onto the agent's next telemetry prefix. */
export const maxCarrierOctets = 3000

/** Telemetry prefixes of one agent. Links beyond them are left out, least loaded first. */
export const maxCarrierPrefixes = 16
