/**
 * The voucher-request (RFC 8995 §3): what a pledge asks of a registrar, and a registrar of the MASA, which shows it the
 * pledge's request inside its own.
 * @module
 */
import type { JsonObject } from './json-text.ts'
import { Leaves } from './leaves.ts'
import type { Refused } from './refusal.ts'
import { settle } from './refusal.ts'
import {
  type Assertion,
  assertions,
  binaryText,
  containerIn,
  contentOf,
  maxNonceCharacters,
  maxSerialCharacters,
  timeText,
  voucherRoot,
} from './voucher.ts'

export interface VoucherRequest {
  readonly serialNumber: string
  /** `undefined`: a registrar asks in advance, without the pledge (RFC 8995 §5.5). */
  readonly nonce?: string
  readonly assertion?: Assertion
  /** Milliseconds since 1970; a pledge without a clock leaves it out. */
  readonly createdOn?: number
  readonly idevidIssuer?: Uint8Array
  /** The certificate that the pledge's TLS server showed first, in DER. Of pledges only. */
  readonly proximityRegistrarCert?: Uint8Array
  /** The pledge's request in CMS. Of registrars only. */
  readonly priorSignedVoucherRequest?: Uint8Array
  /** Leaves that are not known here, as they came. */
  readonly others?: JsonObject
}

const voucherRequestRoot = 'ietf-voucher-request:voucher'
/** How a peer names the container: `rfc8995` as the RFC does, `rfc8366` like a voucher, as nqminds/brski does. */
export type RequestRoot = 'rfc8995' | 'rfc8366'
const rootNames = { rfc8995: voucherRequestRoot, rfc8366: voucherRoot } as const

/** The last three are not valid in a request, and any occurrence must be ignored (RFC 8995 §3.4). */
const known = [
  'serial-number',
  'nonce',
  'assertion',
  'created-on',
  'idevid-issuer',
  'proximity-registrar-cert',
  'prior-signed-voucher-request',
  'pinned-domain-cert',
  'last-renewal-date',
  'domain-cert-revocation-checks',
]

/** The request in `content`, the octets inside the CMS. */
export function readVoucherRequest(
  content: Uint8Array,
  roots: readonly RequestRoot[] = ['rfc8995'],
): VoucherRequest | Refused {
  return settle(() => {
    const names = roots.map((root) => rootNames[root])
    const leaves = new Leaves(containerIn(content, names, 'the voucher-request'), 'the voucher-request')
    const others = leaves.except(known)
    return {
      serialNumber: leaves.text('serial-number', maxSerialCharacters),
      ...(leaves.has('nonce') ? { nonce: leaves.text('nonce', maxNonceCharacters) } : {}),
      ...(leaves.has('assertion') ? { assertion: leaves.oneOf('assertion', assertions) } : {}),
      ...(leaves.has('created-on') ? { createdOn: leaves.time('created-on') } : {}),
      ...(leaves.has('idevid-issuer') ? { idevidIssuer: leaves.binary('idevid-issuer') } : {}),
      ...(leaves.has('proximity-registrar-cert')
        ? { proximityRegistrarCert: leaves.binary('proximity-registrar-cert') }
        : {}),
      ...(leaves.has('prior-signed-voucher-request')
        ? { priorSignedVoucherRequest: leaves.binary('prior-signed-voucher-request') }
        : {}),
      ...(Object.keys(others).length > 0 ? { others } : {}),
    }
  })
}

/** The octets to sign. */
export function writeVoucherRequest(request: VoucherRequest, root: RequestRoot = 'rfc8995'): Uint8Array<ArrayBuffer> {
  return contentOf(rootNames[root], {
    ...request.others,
    'created-on': timeText(request.createdOn),
    assertion: request.assertion,
    'serial-number': request.serialNumber,
    nonce: request.nonce,
    'idevid-issuer': binaryText(request.idevidIssuer),
    'proximity-registrar-cert': binaryText(request.proximityRegistrarCert),
    'prior-signed-voucher-request': binaryText(request.priorSignedVoucherRequest),
  })
}
