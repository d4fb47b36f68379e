/** The port of BRSKI over pkijs and node:crypto. @module */
import { createHash } from 'node:crypto'
import type { BrskiCrypto } from '@vagus/brski'
import { domainIdOf, readCertificate } from './certificate.ts'
import { readSigned } from './cms.ts'
import { pathOf } from './path.ts'

export const brskiCrypto: BrskiCrypto = {
  sha256: (octets) => createHash('sha256').update(octets).digest(),
  readCertificate,
  readSigned,
  pathOf,
  domainIdOf,
}
