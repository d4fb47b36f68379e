/** A private key with its certificate. @module */
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '@vagus/brski'

/** Whoever signs: a CA, a registrar, a device. */
export interface Issuer {
  readonly key: KeyObject
  readonly certificate: Certificate
  /** Certificates above it, the nearest first, without what every verifier has anyway. */
  readonly chain: readonly Certificate[]
}
