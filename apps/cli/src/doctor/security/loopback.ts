/** Addresses that only this host reaches. @module */

/** Of a canonical address or a name, without port. */
export const isLoopbackAddress = (host: string): boolean =>
  host === '::1' || host === 'localhost' || /^(::ffff:)?127(\.\d+){3}$|^::ffff:7f[\da-f]{2}:[\da-f]{1,4}$/.test(host)
