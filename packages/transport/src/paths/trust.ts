/**
 * Which authorities certificates of WebSockets and proxies may be from: Node's own, those of NODE_EXTRA_CA_CERTS, and those
 * of the system, where a company puts its private one. A session inside proves its ends by itself in any case.
 * @module
 */
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

let isDone = false
let further: readonly string[] = []

/** Certificates of `file` (PEM) count from now on, too. @throws {Error} if it has none */
export function trustAlso(file: string): void {
  const text = readFileSync(file, 'utf8')
  const found = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^]+?-----END (?:TRUSTED )?CERTIFICATE-----/g)
  if (found === null) throw new Error(`${file} has no certificate in PEM form (-----BEGIN CERTIFICATE-----)`)
  further = [...further, ...found]
  isDone = false
}

/** To be called before TLS is used. It takes a tenth of a second, once; so it is not done where TLS is not used. */
export function trustSystem(): void {
  if (isDone) return
  isDone = true
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...further])])
}
