/**
 * What a MASA decides about a registrar's request (RFC 8995 §5.5.1 to §5.5.5), and the voucher that it issues (§5.6). It
 * neither signs nor logs: whoever calls does both, the log first.
 * @module
 */
import { type AuditEvent, domainIdText } from './audit-log.ts'
import { encodeBase64 } from './base64.ts'
import { equalOctets } from './octets.ts'
import type { BrskiCrypto, Certificate, SignedContent } from './ports.ts'
import { accepted, isRefused, RefusalError, type Refused, settle } from './refusal.ts'
import { oids, times } from './registry.ts'
import type { Assertion, Voucher } from './voucher.ts'
import { readVoucherRequest, type RequestRoot, type VoucherRequest } from './voucher-request.ts'

/** What the maker knows of a device. */
export interface MadeDevice {
  readonly serialNumber: string
  /** `keyHash` of its IDevID; left out: any IDevID of the maker with this serial number counts. */
  readonly key?: string
  /**
   * Domains that may own it, by `keyHash` of the certificate that is pinned; `any`: whoever has it at hand, by the pledge's
   * own request.
   */
  readonly owners: 'any' | readonly string[]
}

export interface MasaPolicy {
  /** CAs that issued IDevIDs. */
  readonly makers: readonly Certificate[]
  readonly device: (serialNumber: string) => MadeDevice | undefined
  /**
   * Whether the pledge's own request must be shown. `optional` gives whoever knows a serial number a voucher that says
   * `logged` (RFC 8995 §5.5.5).
   */
  readonly pledgeRequest: 'required' | 'optional'
  /** CAs of domains that may ask without a nonce (RFC 8995 §5.5.4). None: nobody may. */
  readonly noncelessDomains: readonly Certificate[]
  /** What the voucher pins: the certificate farthest from the registrar's, or its own (RFC 8995 §5.5.2). */
  readonly pin: 'farthest' | 'registrar'
  readonly roots?: readonly RequestRoot[]
}

/** An entry of the log, with what the MASA alone needs of it. */
export interface IssuedEvent extends AuditEvent {
  /** `keyHash` the certificate that was pinned. */
  readonly owner: string
}

/** What to log and to sign. */
export interface Grant {
  readonly voucher: Voucher
  readonly event: IssuedEvent
  /** The certificate that the voucher pins. */
  readonly pinned: Certificate
}

/** A request whose signature, signer and device are right, whether or not a voucher may be issued. */
interface RegistrarRequest {
  readonly request: VoucherRequest
  readonly signed: SignedContent
  /** From the registrar's certificate to the farthest that it sent. */
  readonly path: readonly Certificate[]
  readonly device: MadeDevice
}

/**
 * The hash of a key in base64, by which domains and devices are told apart here. The domainID does not do for that:
 * whoever makes a certificate writes the key identifier into it, also that of somebody else.
 */
export const keyHash = (certificate: Certificate, crypto: BrskiCrypto): string =>
  encodeBase64(crypto.sha256(certificate.publicKey))

/** The grant for the octets of a registrar's request at `now` (milliseconds since 1970). */
export function checkRegistrarRequest(
  cms: Uint8Array,
  policy: MasaPolicy,
  now: number,
  crypto: BrskiCrypto,
): { readonly type: 'granted'; readonly grant: Grant } | Refused {
  return settle(() => {
    const asked = readRegistrarRequest(cms, policy, now, crypto)
    const { request, path, device } = asked
    const assertion = checkPledgeInside(asked, policy, now, crypto)
    if (request.nonce === undefined) checkNonceless(asked, policy, now, crypto)
    const pinned = policy.pin === 'registrar' ? path[0]! : path.at(-1)!
    const owner = keyHash(pinned, crypto)
    if (device.owners !== 'any' && !device.owners.includes(owner)) {
      throw new RefusalError(
        'domain',
        `"${device.serialNumber}" was not sold to the domain ${pinned.subject} (${owner})`,
      )
    }
    const event = {
      date: now,
      domainId: domainIdText(crypto.domainIdOf(pinned)),
      nonce: request.nonce ?? null,
      assertion,
      owner,
    }
    return { type: 'granted', grant: { pinned, event, voucher: voucherOf(asked, assertion, pinned, now) } }
  })
}

/**
 * Whose log a registrar may read with `cms`: that of a device which its domain got a voucher for, else `unknown`
 * (RFC 8995 §5.8).
 */
export function checkLogRequest(
  cms: Uint8Array,
  policy: MasaPolicy,
  events: (serialNumber: string) => readonly IssuedEvent[],
  now: number,
  crypto: BrskiCrypto,
): { readonly type: 'granted'; readonly events: readonly IssuedEvent[] } | Refused {
  return settle(() => {
    const { path, device } = readRegistrarRequest(cms, policy, now, crypto)
    const own = path.map((certificate) => keyHash(certificate, crypto))
    const issued = events(device.serialNumber)
    if (!issued.some(({ owner }) => own.includes(owner))) {
      throw new RefusalError('unknown', `this domain was never an owner of "${device.serialNumber}"`)
    }
    return { type: 'granted', events: issued }
  })
}

/** @throws {RefusalError} */
function readRegistrarRequest(cms: Uint8Array, policy: MasaPolicy, now: number, crypto: BrskiCrypto): RegistrarRequest {
  const signed = accepted(crypto.readSigned(cms))
  if (signed.signer.purposes?.includes(oids.cmcRa) !== true) {
    throw new RefusalError('role', `${signed.signer.subject} is no registrar: its certificate lacks id-kp-cmcRA`)
  }
  const request = accepted(readVoucherRequest(signed.content, policy.roots))
  if (request.proximityRegistrarCert !== undefined) {
    throw new RefusalError('malformed', 'a registrar must not send "proximity-registrar-cert" (RFC 8995 §5.5)')
  }
  const device = policy.device(request.serialNumber)
  if (device === undefined) {
    throw new RefusalError('unknown', `no device with the serial number "${request.serialNumber}" was made here`)
  }
  return { request, signed, path: domainPathOf(signed, now, crypto), device }
}

/**
 * The path from the registrar's certificate to the farthest that came with it, which is trusted for now: that the domain
 * agrees with itself is all that a MASA can ask of strangers (RFC 8995 §5.5.2).
 */
function domainPathOf(
  { signer, certificates }: SignedContent,
  now: number,
  crypto: BrskiCrypto,
): readonly Certificate[] {
  let longest = accepted(crypto.pathOf({ leaf: signer, between: certificates, anchors: [signer], now }))
  for (const anchor of certificates.filter(({ authority }) => authority === 'ca')) {
    const path = crypto.pathOf({ leaf: signer, between: certificates, anchors: [anchor], now })
    if (!isRefused(path) && path.length > longest.length) longest = path
  }
  return longest
}

/** The assertion that the pledge's own request proves. @throws {RefusalError} */
function checkPledgeInside(asked: RegistrarRequest, policy: MasaPolicy, now: number, crypto: BrskiCrypto): Assertion {
  const { request, path, device } = asked
  const prior = request.priorSignedVoucherRequest
  if (prior === undefined) {
    if (request.nonce === undefined || policy.pledgeRequest === 'optional') return 'logged'
    throw new RefusalError('malformed', '"prior-signed-voucher-request" is missing; this MASA asks for it')
  }
  const signed = accepted(crypto.readSigned(prior))
  const { signer, certificates } = signed
  accepted(crypto.pathOf({ leaf: signer, between: certificates, anchors: policy.makers, now }))
  const pledge = accepted(readVoucherRequest(signed.content, policy.roots))
  if (signer.deviceSerial !== device.serialNumber || pledge.serialNumber !== device.serialNumber) {
    throw new RefusalError(
      'serial',
      `the request is for "${device.serialNumber}", the pledge's request inside is by "${signer.deviceSerial ?? signer.subject}" for "${pledge.serialNumber}"`,
    )
  }
  if (device.key !== undefined && device.key !== keyHash(signer, crypto)) {
    throw new RefusalError('signature', `"${device.serialNumber}" has got another IDevID since`)
  }
  if (pledge.nonce !== request.nonce) {
    throw new RefusalError('nonce', "the nonce differs from that of the pledge's request inside")
  }
  if (pledge.proximityRegistrarCert === undefined) {
    throw new RefusalError('signature', 'the pledge\'s request inside lacks "proximity-registrar-cert"')
  }
  const seen = accepted(crypto.readCertificate(pledge.proximityRegistrarCert))
  if (!path.some(({ publicKey }) => equalOctets(publicKey, seen.publicKey))) {
    throw new RefusalError('signature', `the pledge saw the registrar ${seen.subject}, and another one asks`)
  }
  return 'proximity'
}

function checkNonceless(
  { path, signed }: RegistrarRequest,
  policy: MasaPolicy,
  now: number,
  crypto: BrskiCrypto,
): void {
  const { noncelessDomains: anchors } = policy
  if (anchors.length === 0) {
    throw new RefusalError('nonce', 'there is no nonce, and this MASA issues no vouchers without one')
  }
  accepted(crypto.pathOf({ leaf: path[0]!, between: signed.certificates, anchors, now }))
}

function voucherOf(asked: RegistrarRequest, assertion: Assertion, pinned: Certificate, now: number): Voucher {
  const { nonce, serialNumber } = asked.request
  const expiresOn = Math.min(now + times.noncelessVoucher, ...asked.path.map(({ notAfter }) => notAfter))
  return {
    createdOn: now,
    assertion,
    serialNumber,
    pinnedDomainCert: pinned.der,
    domainCertRevocationChecks: false,
    ...(nonce === undefined ? { expiresOn } : { nonce }),
  }
}
