/** Bounds of the speaker, with what happens at each; those of tables and messages are in @vagus/bgp. @module */

/** Routes that the agent announces to one peer. One more: the call is refused. */
export const maxAnnounced = 1_000_000

/** Changes in one event; the rest comes with the next. */
export const changesPerEvent = 500

/** Events with changes that the other thread has not answered; then changes are gathered until it has. */
export const eventsInFlight = 4

/** Octets that wait to be sent before UPDATE messages are held back. */
export const sendBufferOctets = 256 * 1024

/** Milliseconds for which a peer may take nothing of what we send, at least (RFC 9687 §4); then the connection ends. */
export const sendHold = 480_000

/** Milliseconds for which a connection that we ended may stay half-closed. */
export const lingering = 2_000

/** Milliseconds: where turns of reading would follow each other sooner, each connection is read as its octets come. */
export const shortestTurn = 5

/** Prefixes for which best routes are chosen before other work gets its turn: a few milliseconds, and about what one read brings. */
export const decisionsPerTurn = 16_384

/** Addresses whose refused connections were told within the last minute; those of further ones are not told. */
export const maxRefusedAddresses = 100

/** Kinds of faults in UPDATE messages that are told, of all peers together; further ones are not. */
export const maxFaultKinds = 1000

/** Routers that are connected over BMP; one more is refused. */
export const maxBmpRouters = 64

/** Routes of a query's page. */
export const maxPage = 10_000

/** Slots that one turn of a query looks at, so that a page far inside a full table stops nobody. */
export const slotsPerTurn = 50_000

/** Prefixes of one peer that are watched by name; for more, the call is refused: all can be watched. */
export const maxWatched = 100_000
