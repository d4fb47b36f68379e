/**
 * What a registrar decides: whether a pledge's request is right (RFC 8995 §5.2, §5.3), what it asks the MASA (§5.5), and
 * whether the voucher that comes is for its domain (§5.6).
 * @module
 */
import { equalOctets } from './octets.ts'
import type { BrskiCrypto, Certificate, SignedContent } from './ports.ts'
import { accepted, RefusalError, type Refused, settle } from './refusal.ts'
import { mediaTypes, oids, times } from './registry.ts'
import { readVoucher, type Voucher } from './voucher.ts'
import { readVoucherRequest, type RequestRoot, type VoucherRequest } from './voucher-request.ts'

/**
 * What the operator says of a device. `accepted`: it may join. `waiting`: somebody has yet to say so, and the pledge asks
 * again (202). `unknown`: no device of ours (404). `refused`: never (406).
 */
export type PledgeAdmission = 'accepted' | 'waiting' | 'unknown' | 'refused'

/** What the registrar knows of the connection over which a request came. */
export interface PledgeConnection {
  /** The certificate of the TLS client, and what it sent with it. */
  readonly client: Certificate
  readonly clientChain: readonly Certificate[]
  /** The first certificate that the registrar's TLS server showed, in DER. */
  readonly serverCertificate: Uint8Array
  /** CAs of the makers whose devices may join. */
  readonly makers: readonly Certificate[]
  /** How the container may be named. Default: as in RFC 8995. */
  readonly roots?: readonly RequestRoot[]
}

/** A pledge's request that was found right; whether the device may join is the operator's to say. */
export interface PledgeRequest {
  /** As it came: the MASA gets it like this. */
  readonly cms: Uint8Array
  readonly request: VoucherRequest & { readonly nonce: string }
  readonly idevid: Certificate
  /** The maker's CA that leads to the IDevID. */
  readonly maker: Certificate
  /** Of the IDevID: authenticated, unlike the leaf of the request. */
  readonly serialNumber: string
}

/** Why a request of this media type is not read, or of this Accept: 415 (RFC 8995 §5.6). `undefined`: it is read. */
export function mediaTypeProblem(
  contentType: string | undefined,
  accept: string | undefined,
  wanted: string = mediaTypes.voucher,
): string | undefined {
  const essence = (type: string): string => type.split(';', 1)[0]!.trim().toLowerCase()
  if (essence(contentType ?? '') !== essence(wanted)) {
    return `Content-Type is "${(contentType ?? '').slice(0, 80)}"; it must be "${essence(wanted)}"`
  }
  const ranges = (accept ?? '*/*').split(',').map(essence)
  const family = `${mediaTypes.voucher.split('/', 1)[0]}/*`
  if (ranges.some((range) => [mediaTypes.voucher, family, '*/*'].includes(range))) return undefined
  return `Accept is "${accept!.slice(0, 80)}"; only "${mediaTypes.voucher}" can be sent`
}

/** Checks the octets of a pledge's request at `now` (milliseconds since 1970). */
export function checkPledgeRequest(
  cms: Uint8Array,
  connection: PledgeConnection,
  now: number,
  crypto: BrskiCrypto,
): { readonly type: 'verified'; readonly pledge: PledgeRequest } | Refused {
  return settle(() => {
    const { client, clientChain, makers } = connection
    const path = accepted(crypto.pathOf({ leaf: client, between: clientChain, anchors: makers, now }))
    const serialNumber = serialOf(client)
    const signed = accepted(crypto.readSigned(cms, [client]))
    if (!equalOctets(signed.signer.publicKey, client.publicKey)) {
      throw new RefusalError('signature', 'the request must be signed with the IDevID that the TLS client showed')
    }
    const request = accepted(readVoucherRequest(signed.content, connection.roots))
    checkProximity(request, connection)
    if (request.nonce === undefined) {
      throw new RefusalError('malformed', '"nonce" is missing; a pledge must send one (RFC 8995 §5.2)')
    }
    if (request.serialNumber !== serialNumber) {
      throw new RefusalError('serial', `the request is for "${request.serialNumber}", its IDevID for "${serialNumber}"`)
    }
    checkAge(request, now)
    return {
      type: 'verified',
      pledge: { cms, request: { ...request, nonce: request.nonce }, idevid: client, maker: path.at(-1)!, serialNumber },
    }
  })
}

/** The registrar's own request for the MASA (RFC 8995 §5.5). */
export function registrarRequestOf(pledge: PledgeRequest, now: number): VoucherRequest {
  const { authorityKeyId } = pledge.idevid
  return {
    createdOn: now,
    assertion: 'proximity',
    nonce: pledge.request.nonce,
    serialNumber: pledge.serialNumber,
    ...(authorityKeyId === undefined ? {} : { idevidIssuer: authorityKeyId }),
    priorSignedVoucherRequest: pledge.cms,
  }
}

/**
 * Looks into the voucher before it is passed on: a pledge would refuse it as well, and only the registrar's operator can
 * read why. Who signed it is for the pledge alone to judge. Refused as `masa`.
 */
export function checkMasaVoucher(
  cms: Uint8Array,
  pledge: PledgeRequest,
  own: { readonly certificate: Certificate; readonly chain: readonly Certificate[] },
  crypto: BrskiCrypto,
): { readonly type: 'verified'; readonly voucher: Voucher; readonly signed: SignedContent } | Refused {
  return settle(() => {
    const fail = (problem: string): never => {
      throw new RefusalError('masa', `the MASA's voucher ${problem}`)
    }
    const signed = crypto.readSigned(cms)
    if ('type' in signed) return fail(`cannot be read: ${signed.because.problem}`)
    const voucher = readVoucher(signed.content)
    if ('type' in voucher) return fail(`cannot be read: ${voucher.because.problem}`)
    if (voucher.serialNumber !== pledge.serialNumber) return fail(`is for "${voucher.serialNumber}"`)
    if (voucher.nonce !== undefined && voucher.nonce !== pledge.request.nonce) return fail('has another nonce')
    const pinned = voucher.pinnedDomainCert
    if (pinned === undefined) return fail('pins no certificate: the maker refuses this domain')
    if (![own.certificate, ...own.chain].some(({ der }) => equalOctets(der, pinned))) {
      return fail('pins the certificate of another domain')
    }
    return { type: 'verified', voucher, signed }
  })
}

/** @throws {RefusalError} `serial` */
function serialOf(idevid: Certificate): string {
  if (idevid.deviceSerial === undefined) {
    throw new RefusalError('serial', `${idevid.subject} has no serialNumber (${oids.serialNumber}) in its subject`)
  }
  return idevid.deviceSerial
}

function checkProximity({ assertion, proximityRegistrarCert }: VoucherRequest, connection: PledgeConnection): void {
  if (assertion !== 'proximity') {
    throw new RefusalError('proximity', `the assertion is "${assertion ?? ''}"; a pledge must assert "proximity"`)
  }
  if (proximityRegistrarCert === undefined || !equalOctets(proximityRegistrarCert, connection.serverCertificate)) {
    throw new RefusalError(
      'proximity',
      '"proximity-registrar-cert" is not the certificate of this server: somebody may be in between',
    )
  }
}

/** A pledge repeats one request for up to four days; what is older was recorded. */
function checkAge({ createdOn }: VoucherRequest, now: number): void {
  if (createdOn === undefined || createdOn >= now - times.longestWait - times.clockSkew) return
  throw new RefusalError(
    'stale',
    'the request was created more than four days ago; sign a new one, and leave "created-on" out without a clock',
  )
}
