/**
 * The voucher, by which a maker's MASA tells a pledge which domain it belongs to (RFC 8366 §5.3). Here is its content;
 * the CMS around it is a matter of the ports.
 * @module
 */
import type { JsonValue } from '@vagus/identity'
import { encodeBase64 } from './base64.ts'
import { formatDateAndTime } from './date-and-time.ts'
import { isObject, type JsonObject, parseJsonObject } from './json-text.ts'
import { Leaves } from './leaves.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** What the MASA knows of the relation of pledge and registrar (RFC 8366 §5.3; the last from its successor). */
export const assertions = ['verified', 'logged', 'proximity', 'agent-proximity'] as const
export type Assertion = (typeof assertions)[number]

/** Longest nonce read. RFC 8366 has 8..32 octets in base64, and peers write hexadecimal. */
export const maxNonceCharacters = 128
/** X.520 has 64; makers exceed it. */
export const maxSerialCharacters = 128

export interface Voucher {
  readonly serialNumber: string
  readonly assertion: Assertion
  /** As the pledge wrote it: compared as text. `undefined`: the voucher is for any attempt until `expiresOn`. */
  readonly nonce?: string
  /** A certificate in DER. A voucher without one refuses the domain (RFC 8995 §5.6.1). */
  readonly pinnedDomainCert?: Uint8Array
  readonly domainCertRevocationChecks?: boolean
  /** The authority key identifier of the IDevID, where serial numbers alone are ambiguous. */
  readonly idevidIssuer?: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdOn?: number
  readonly expiresOn?: number
  readonly lastRenewalDate?: number
  /** Leaves that are not known here, as they came. */
  readonly others?: JsonObject
}

export const voucherRoot = 'ietf-voucher:voucher'
const known = [
  'serial-number',
  'assertion',
  'nonce',
  'pinned-domain-cert',
  'domain-cert-revocation-checks',
  'idevid-issuer',
  'created-on',
  'expires-on',
  'last-renewal-date',
]

/** The voucher in `content`, the octets inside the CMS. */
export function readVoucher(content: Uint8Array): Voucher | Refused {
  return settle(() => {
    const leaves = new Leaves(containerIn(content, [voucherRoot], 'the voucher'), 'the voucher')
    const others = leaves.except(known)
    return {
      serialNumber: leaves.text('serial-number', maxSerialCharacters),
      assertion: leaves.oneOf('assertion', assertions),
      ...(leaves.has('nonce') ? { nonce: leaves.text('nonce', maxNonceCharacters) } : {}),
      ...(leaves.has('pinned-domain-cert') ? { pinnedDomainCert: leaves.binary('pinned-domain-cert') } : {}),
      ...(leaves.has('domain-cert-revocation-checks')
        ? { domainCertRevocationChecks: leaves.flag('domain-cert-revocation-checks') }
        : {}),
      ...(leaves.has('idevid-issuer') ? { idevidIssuer: leaves.binary('idevid-issuer') } : {}),
      ...(leaves.has('created-on') ? { createdOn: leaves.time('created-on') } : {}),
      ...(leaves.has('expires-on') ? { expiresOn: leaves.time('expires-on') } : {}),
      ...(leaves.has('last-renewal-date') ? { lastRenewalDate: leaves.time('last-renewal-date') } : {}),
      ...(Object.keys(others).length > 0 ? { others } : {}),
    }
  })
}

/** The octets to sign. */
export function writeVoucher(voucher: Voucher): Uint8Array<ArrayBuffer> {
  return contentOf(voucherRoot, {
    ...voucher.others,
    'created-on': timeText(voucher.createdOn),
    'expires-on': timeText(voucher.expiresOn),
    assertion: voucher.assertion,
    'serial-number': voucher.serialNumber,
    'idevid-issuer': binaryText(voucher.idevidIssuer),
    'pinned-domain-cert': binaryText(voucher.pinnedDomainCert),
    'domain-cert-revocation-checks': voucher.domainCertRevocationChecks,
    nonce: voucher.nonce,
    'last-renewal-date': timeText(voucher.lastRenewalDate),
  })
}

/** The one container of `content`, whose name is among `roots`. @throws {RefusalError} `format`, `malformed` */
export function containerIn(content: Uint8Array, roots: readonly string[], what: string): JsonObject {
  const entries = Object.entries(parseJsonObject(content, what))
  const [[root, container] = []] = entries
  if (entries.length !== 1 || !roots.includes(root!)) {
    const given = entries.map(([name]) => `"${name.slice(0, 60)}"`).slice(0, 3)
    throw new RefusalError('format', `${what} begins with ${given.join(', ') || 'nothing'}; it must be "${roots[0]}"`)
  }
  if (!isObject(container)) throw new RefusalError('format', `"${root}" is not a JSON object`)
  return container
}

/** `undefined` leaves are left out. */
export function contentOf(
  root: string,
  leaves: Readonly<Record<string, JsonValue | undefined>>,
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ [root]: leaves }))
}

/** In whole seconds: nqminds/brski reads no fractions, and nobody needs them. */
export const timeText = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : formatDateAndTime(Math.floor(time / 1000) * 1000)
export const binaryText = (octets: Uint8Array | undefined): string | undefined =>
  octets === undefined ? undefined : encodeBase64(octets)
