/** Keys and certificates as text (RFC 7468). @module */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type Certificate, refused, type Refused } from '@vagus/brski'
import { readCertificate } from './certificate.ts'

/** Certificates read of one text. */
const maxCertificates = 64

export function certificatesPem(certificates: readonly Certificate[]): string {
  return certificates
    .map(({ der }) => {
      const lines = Buffer.from(der)
        .toString('base64')
        .replace(/.{64}(?=.)/g, '$&\n')
      return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
    })
    .join('')
}

/** All certificates of `text`, in order. Text between them is ignored. Refused as `malformed` if there is none. */
export function readCertificatesPem(text: string): { readonly list: readonly Certificate[] } | Refused {
  const list: Certificate[] = []
  for (const [, body] of text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)) {
    if (list.length === maxCertificates) return refused('limit', `more than ${maxCertificates} certificates`)
    const certificate = readCertificate(Buffer.from(body!, 'base64'))
    if ('type' in certificate) return certificate
    list.push(certificate)
  }
  return list.length > 0 ? { list } : refused('malformed', 'there is no "-----BEGIN CERTIFICATE-----"')
}

/** PKCS#8, not encrypted: the file's mode protects it. */
export const privateKeyPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }) as string

/** Refused as `malformed`. */
export function readPrivateKeyPem(text: string): { readonly key: KeyObject } | Refused {
  try {
    return { key: createPrivateKey(text) }
  } catch {
    return refused('malformed', 'there is no private key in PEM that OpenSSL can read without a passphrase')
  }
}
