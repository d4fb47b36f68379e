/** The OpenSSL that is part of this process, called through koffi: see decision 0006. @module */
import { type Koffi, type Library, withNative } from './native.ts'

/** Functions of OpenSSL declared by their C prototypes. */
export type OpenSsl = Library

/**
 * The result of `make`. `undefined` if koffi has no binary for this machine, if Node hides its OpenSSL or has an old
 * one, or if `make` throws.
 */
export const withOpenSsl = <Made>(make: (openssl: OpenSsl, koffi: Koffi) => Made): Made | undefined => withNative(make)
