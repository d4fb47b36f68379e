/** The OpenSSL that this process has anyway, to be called through koffi: see decision 0006. @module */
import { createRequire } from 'node:module'

export type Koffi = typeof import('koffi')
/** Functions of OpenSSL by their prototypes in C; koffi types nothing. */
export type OpenSsl = ReturnType<Koffi['load']>

/**
 * What `make` makes of it. `undefined`: koffi has no binary for this machine, or Node hides its OpenSSL, or an old one, or
 * `make` throws.
 */
export function withOpenSsl<Made>(make: (openssl: OpenSsl, koffi: Koffi) => Made): Made | undefined {
  try {
    // Not a static import: where the binary does not load, node:crypto does the work.
    const koffi = createRequire(import.meta.url)('koffi') as Koffi
    return make(koffi.load(null), koffi)
  } catch {
    return undefined
  }
}
