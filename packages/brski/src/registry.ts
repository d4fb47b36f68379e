/** Names and numbers of RFC 8995, RFC 7030 and RFC 8366 that pledge, registrar and MASA share. @module */

/** Where the resources are (RFC 8995 §5, §8.3.1; RFC 7030 §3.2.2). */
export const paths = {
  requestVoucher: '/.well-known/brski/requestvoucher',
  voucherStatus: '/.well-known/brski/voucher_status',
  enrollStatus: '/.well-known/brski/enrollstatus',
  requestAuditLog: '/.well-known/brski/requestauditlog',
  caCerts: '/.well-known/est/cacerts',
  csrAttrs: '/.well-known/est/csrattrs',
  simpleEnroll: '/.well-known/est/simpleenroll',
  simpleReenroll: '/.well-known/est/simplereenroll',
} as const

export const mediaTypes = {
  /** A voucher or voucher-request in CMS; binary (RFC 8366 §8.3). */
  voucher: 'application/voucher-cms+json',
  json: 'application/json',
  /** A certificate request in base64 (RFC 7030 §4.2.1). */
  pkcs10: 'application/pkcs10',
  /** Certificates alone, in base64 (RFC 7030 §4.1.3, §4.2.3). */
  certificates: 'application/pkcs7-mime; smime-type=certs-only',
  csrAttrs: 'application/csrattrs',
  problem: 'text/plain; charset=utf-8',
} as const

/** Object identifiers. */
export const oids = {
  /** The certificate extension id-pe-masa-url (RFC 8995 §2.3.2). */
  masaUrl: '1.3.6.1.5.5.7.1.32',
  /** The purpose id-kp-cmcRA, by which a domain says who is a registrar (RFC 6402 §2.10, RFC 8995 §5.5.4). */
  cmcRa: '1.3.6.1.5.5.7.3.28',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  /** The attribute serialNumber of a subject: the device, not the certificate (RFC 8995 §2.3.1). */
  serialNumber: '2.5.4.5',
} as const

/** Milliseconds. */
export const times = {
  /** A pledge waits at most that long after a 202, whatever Retry-After says (RFC 8995 §5.6). */
  longestRetryAfter: 60_000,
  /** For as long a pledge repeats a request that got a 202 (RFC 8995 §5.6). */
  longestWait: 4 * 24 * 3_600_000,
  /** Life of a voucher without a nonce (RFC 8995 §5.6, "on the order of 20 minutes"). */
  noncelessVoucher: 20 * 60_000,
  /** How far clocks may be apart. */
  clockSkew: 5 * 60_000,
} as const
