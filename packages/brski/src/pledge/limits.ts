/** How patient a pledge is (RFC 8995 §4.1, §5.6). Times in milliseconds. @module */

export interface PledgeLimits {
  /** Between the end of an attempt and the next one, at least and at most. */
  readonly betweenMs: readonly [number, number]
  /** Within which a connection, with its TLS, must be there: a stalled one gives way to another proxy. */
  readonly connectMs: number
  /** Within which an answer must come; the registrar may have to ask the MASA for it. */
  readonly answerMs: number
  /** After a first failure over a place; doubled with each further one, up to `backOffMostMs`. */
  readonly backOffMs: number
  readonly backOffMostMs: number
  /** A registrar that says "later" is not waited for longer than that. */
  readonly laterMostMs: number
  /** A request that was answered "later" is given up after that, and made anew. */
  readonly heldMostMs: number
  /** Connections to another origin that one request may be sent to. */
  readonly redirects: number
  /** Failures in a row, after which a voucher is thought to be of a domain that is no more. */
  readonly staleAfter: number
  /** Places remembered; at the limit the one that ends first is forgotten. Anybody on the link can make up proxies. */
  readonly places: number
}

export const pledgeLimits: PledgeLimits = {
  betweenMs: [3000, 5000],
  connectMs: 5000,
  answerMs: 60_000,
  backOffMs: 5000,
  backOffMostMs: 3_600_000,
  laterMostMs: 60_000,
  heldMostMs: 4 * 86_400_000,
  redirects: 1,
  staleAfter: 12,
  places: 64,
}
