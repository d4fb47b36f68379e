/**
 * Functions of this process, called through koffi: the C library's, and those of the OpenSSL in Node. @vagus/linux
 * declares some of them, too: a package of the same layer, which this one may not import, and it throws where this one
 * does without.
 * @module
 */
import { createRequire } from 'node:module'

export type Koffi = typeof import('koffi')
/** Functions declared by their C prototypes; koffi gives no types. */
export type Library = ReturnType<Koffi['load']>

/**
 * The result of `make`. `undefined` if koffi has no binary for this machine, or if `make` needs something that is
 * missing.
 */
export function withNative<Made>(make: (library: Library, koffi: Koffi) => Made): Made | undefined {
  try {
    // Not a static import: if the binary does not load, Node's own modules do the work.
    const koffi = createRequire(import.meta.url)('koffi') as Koffi
    return make(koffi.load(null), koffi)
  } catch {
    return undefined
  }
}

/** The same, made when it is first asked for: most processes never need some of them. */
export function nativeOnce<Made>(make: (library: Library, koffi: Koffi) => Made): () => Made | undefined {
  let made: { readonly result: Made | undefined } | undefined
  return () => (made ??= { result: withNative(make) }).result
}
