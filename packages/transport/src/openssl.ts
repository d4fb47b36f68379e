/** The OpenSSL that this process has anyway, to be called through koffi: see decision 0006. @module */
import { createRequire } from 'node:module'

/** Functions of OpenSSL by their prototypes in C; koffi types nothing. */
export type OpenSsl = ReturnType<typeof import('koffi').load>

/** What `make` makes of it. `undefined`: koffi has no binary for this machine, or Node hides its OpenSSL, or an old one. */
export function withOpenSsl<Made>(make: (openssl: OpenSsl) => Made): Made | undefined {
  try {
    // Not a static import: where the binary does not load, node:crypto does the work.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return make(koffi.load(null))
  } catch {
    return undefined
  }
}
