/** What an agent remembers of exchanges at most. Each comment says what happens at the limit. @module */

export interface JournalLimits {
  /** Open exchanges of both sides. At the limit a call is refused here, and a served exchange ends with `limit`. */
  readonly exchanges: number
  /**
   * Of these, exchanges opened by others; the rest is for our own calls. At the limit a further one ends with `limit`.
   */
  readonly served: number
  /**
   * Of these, exchanges of one agent: more than a side-car opens. At the limit the oldest one opened with a journal
   * that the agent has since lost is dropped; if there is none, a further one ends with `limit`.
   */
  readonly servedToOne: number
  /** Octets of the heads of open served exchanges. At the limit a further one ends with `limit`. */
  readonly headOctets: number
  /** Of these, octets of one agent. At the limit as for `servedToOne`. */
  readonly headOctetsToOne: number
  /**
   * Octets of messages in one exchange that the other side has not acknowledged. At the limit `append` returns `full`.
   */
  readonly exchangeOctets: number
  /** Of all exchanges with one agent. At the limit `append` returns `full`. */
  readonly octetsToOne: number
  /** Of all exchanges opened by others; the rest is for our own calls. At the limit `append` returns `full`. */
  readonly servedOctets: number
  /** Of all exchanges. At the limit `append` returns `full`. */
  readonly octets: number
  /**
   * A message of at most this many octets is accepted beyond these limits if its exchange holds no other: a peer that
   * does not read can fill the common room, but must not delay short answers to others. The real bound is therefore
   * `octets` + `exchanges` × `spareOctets`.
   */
  readonly spareOctets: number
  /**
   * How far a caller's newest number may lie above its oldest open one. At the limit the caller must end that one
   * first; a number beyond it ends with `limit` and is not remembered.
   */
  readonly span: number
  /**
   * Journals of callers that are remembered. At the limit the least recently heard one is dropped; the next exchange it
   * opens is a gap.
   */
  readonly callers: number
  /**
   * Of these, journals of one agent: more than its instances and latest restarts. At the limit the least recently heard
   * one is dropped, and the first exchange that an unknown one asks for again is a gap. Raise it only if nothing was
   * stored under a lower limit.
   */
  readonly callersOfOne: number
  /** Milliseconds an exchange is kept while nothing is heard from the other side. Then it ends with `gap`. */
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

/**
 * Octets that a message counts in addition to its own, at the sender and the receiver: an empty one takes memory too.
 */
export const messageOverhead = 256
/**
 * Maximum octets of one message of an exchange; also of the stream record that carries it, which has extra room for a
 * header.
 */
export const maxMessageOctets = 16 * 2 ** 20
export const maxHeadOctets = 65_536
/** Maximum length of a caller's own id for an exchange. */
export const maxIdCharacters = 128
/** Octets of a journal's own id, which is random and changes whenever the journal's content was lost. */
export const journalIdOctets = 16
