/** Functions of this process, found by koffi: the C library's, and those of the OpenSSL that Node carries. @module */
import { createRequire } from 'node:module'

export type Koffi = typeof import('koffi')
/** Functions by their prototypes in C; koffi types nothing. */
export type Library = ReturnType<Koffi['load']>

/** What `make` makes of them. `undefined`: koffi has no binary for this machine, or something that `make` wants is not there. */
export function withNative<Made>(make: (library: Library, koffi: Koffi) => Made): Made | undefined {
  try {
    // Not a static import: where the binary does not load, Node's own modules do the work.
    const koffi = createRequire(import.meta.url)('koffi') as Koffi
    return make(koffi.load(null), koffi)
  } catch {
    return undefined
  }
}
