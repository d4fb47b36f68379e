/** What an agent remembers of exchanges, and no more. What happens at each limit is said beside it. @module */

export interface JournalLimits {
  /** Open exchanges of either side. At the limit a call is refused here, and a served one with `limit`. */
  readonly exchanges: number
  /**
   * Of these, exchanges begun by others; the rest is for calls of our own. At the limit a further one ends with
   * `limit`.
   */
  readonly served: number
  /**
   * Of these, of one agent: more than a side-car begins. At the limit, the oldest one begun with a journal that the
   * agent has since lost is dropped; if there is none, a further one ends with `limit`.
   */
  readonly servedToOne: number
  /** Octets of the heads of open served exchanges. At the limit a further one ends with `limit`. */
  readonly headOctets: number
  /** Of these, of one agent. At the limit it is as with `servedToOne`. */
  readonly headOctetsToOne: number
  /** Octets of messages in one exchange that the other side has not acknowledged. At the limit `append` says `full`. */
  readonly exchangeOctets: number
  /** Of these, of all exchanges with one agent. At the limit it is the same. */
  readonly octetsToOne: number
  /** Of all exchanges that others began; the rest is for calls of our own. At the limit it is the same. */
  readonly servedOctets: number
  /** Of all exchanges. At the limit it is the same. */
  readonly octets: number
  /**
   * A message of at most so many octets is taken beyond these limits if its exchange holds no other: a peer that does
   * not read fills the room of all, but must not delay short answers to others. The real bound is therefore `octets` +
   * `exchanges` × `spareOctets`.
   */
  readonly spareOctets: number
  /**
   * How far a caller's newest number may lie above its oldest open one; at the limit it must end that one first. A
   * number beyond it ends with `limit` and is not remembered.
   */
  readonly span: number
  /**
   * Journals of callers that are remembered. At the limit the one heard of longest ago goes: the next exchange it opens
   * is a gap.
   */
  readonly callers: number
  /**
   * Of these, of one agent: more than its instances and latest restarts. At the limit the one of them heard of longest
   * ago goes, and what an unknown one asks again first is a gap. To be raised only where nothing was kept under a lower
   * one.
   */
  readonly callersOfOne: number
  /** Milliseconds that an exchange is kept while nothing is heard of the other side. Then it ends with `gap`. */
  readonly retention: number
}

export const journalLimits: JournalLimits = {
  exchanges: 10_000,
  served: 7500,
  servedToOne: 5000,
  headOctets: 128 * 2 ** 20,
  headOctetsToOne: 32 * 2 ** 20,
  exchangeOctets: 32 * 2 ** 20,
  octetsToOne: 64 * 2 ** 20,
  servedOctets: 192 * 2 ** 20,
  octets: 256 * 2 ** 20,
  spareOctets: 16_384,
  span: 65_536,
  callers: 10_000,
  callersOfOne: 64,
  retention: 7 * 86_400_000,
}

/** Octets that a message counts for beside its own, here and where it has come: one without any takes memory, too. */
export const messageOverhead = 256
/**
 * One message of an exchange, octets; the same for a record of the stream that carries it, with room for its header.
 */
export const maxMessageOctets = 16 * 2 ** 20
export const maxHeadOctets = 65_536
/** Of a caller's own name for an exchange. */
export const maxIdCharacters = 128
/** A journal's own name: random, new whenever what it knew was lost. Octets. */
export const journalIdOctets = 16
