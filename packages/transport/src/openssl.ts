/** The OpenSSL that this process has anyway, to be called through koffi: see decision 0006. @module */
import { type Koffi, type Library, withNative } from './native.ts'

/** Functions of OpenSSL by their prototypes in C. */
export type OpenSsl = Library

/**
 * What `make` makes of it. `undefined`: koffi has no binary for this machine, or Node hides its OpenSSL, or an old one, or
 * `make` throws.
 */
export const withOpenSsl = <Made>(make: (openssl: OpenSsl, koffi: Koffi) => Made): Made | undefined => withNative(make)
