/** A certificate for the writer's address, which the reader is told to trust: what HTTPS needs. @module */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** Into `folder`, which it makes. */
export async function writeCertificate(folder: string, address: string): Promise<CertificateFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'writer' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: address }] },
    ],
  })
  mkdirSync(folder, { recursive: true })
  const files = { certificate: join(folder, 'writer.pem'), key: join(folder, 'writer.key') }
  writeFileSync(files.certificate, cert)
  writeFileSync(files.key, key, { mode: 0o600 })
  return files
}
