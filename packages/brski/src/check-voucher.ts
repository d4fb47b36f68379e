/**
 * What a pledge checks of a voucher (RFC 8995 §5.6.1), and of the server that it has trusted provisionally until then
 * (§5.6.2).
 * @module
 */
import { equalOctets } from './octets.ts'
import type { BrskiCrypto, Certificate } from './ports.ts'
import { accepted, RefusalError, type Refused, settle } from './refusal.ts'
import { oids } from './registry.ts'
import { readVoucher, type Voucher } from './voucher.ts'

export interface VoucherQuestion {
  /** The maker's certificates that came with the device. */
  readonly anchors: readonly Certificate[]
  /** Of the own IDevID. */
  readonly serialNumber: string
  /** That of the own request. */
  readonly nonce: string
  /** A voucher without a nonce can have been asked for at any time (RFC 8995 §5.6.1, "according to local policy"). */
  readonly nonceless: 'accepted' | 'refused'
  /** What the TLS server showed, its own certificate first. */
  readonly server: readonly [Certificate, ...Certificate[]]
  /** Milliseconds since 1970; `undefined` without a clock: then a voucher that expires is refused. */
  readonly now: number | undefined
}

export interface AcceptedVoucher {
  readonly voucher: Voucher
  /** The anchor of the domain from now on. */
  readonly pinned: Certificate
}

/** Whether the pledge belongs to the domain of `cms`, and the server to that domain. */
export function checkVoucher(
  cms: Uint8Array,
  question: VoucherQuestion,
  crypto: BrskiCrypto,
): { readonly type: 'verified'; readonly accepted: AcceptedVoucher } | Refused {
  return settle(() => {
    const { anchors, now } = question
    const signed = accepted(crypto.readSigned(cms, anchors))
    accepted(crypto.pathOf({ leaf: signed.signer, between: signed.certificates, anchors, now }))
    checkSigner(signed.signer)
    const voucher = accepted(readVoucher(signed.content))
    if (voucher.serialNumber !== question.serialNumber) {
      throw new RefusalError(
        'serial',
        `the voucher is for "${voucher.serialNumber}", not for "${question.serialNumber}"`,
      )
    }
    checkFreshness(voucher, question)
    if (voucher.pinnedDomainCert === undefined) {
      throw new RefusalError('domain', 'the voucher pins no certificate: the maker refuses this domain')
    }
    const pinned = accepted(crypto.readCertificate(voucher.pinnedDomainCert))
    checkServer(pinned, question, crypto)
    return { type: 'verified', accepted: { voucher, pinned } }
  })
}

/** Where one CA issues IDevIDs and the MASA's certificate, every device could sign vouchers for all others. */
function checkSigner({ subject, masaUrl, deviceSerial }: Certificate): void {
  if (masaUrl === undefined && deviceSerial === undefined) return
  throw new RefusalError('role', `${subject}, which signed the voucher, is a device and no MASA`)
}

function checkFreshness({ nonce, expiresOn }: Voucher, question: VoucherQuestion): void {
  if (nonce === undefined && question.nonceless === 'refused') {
    throw new RefusalError('nonce', 'the voucher has no nonce, and the device accepts none without')
  }
  if (nonce !== undefined && nonce !== question.nonce) {
    throw new RefusalError('nonce', 'the voucher has the nonce of another attempt')
  }
  if (expiresOn === undefined) {
    if (nonce === undefined) throw new RefusalError('stale', 'the voucher has neither a nonce nor "expires-on"')
    return
  }
  // With its nonce it answers this attempt, so that a device without a clock loses nothing (RFC 8366 §5.3).
  if (question.now === undefined && nonce !== undefined) return
  if (question.now === undefined) throw new RefusalError('stale', 'the voucher expires, and the device has no clock')
  if (question.now > expiresOn) throw new RefusalError('stale', 'the voucher has expired; ask for a new one')
}

/** The pinned certificate is the only anchor for the server's chain (RFC 8995 §5.6.2). */
function checkServer(pinned: Certificate, { server, now }: VoucherQuestion, crypto: BrskiCrypto): void {
  const [own, ...between] = server
  if (equalOctets(own.publicKey, pinned.publicKey)) return
  accepted(crypto.pathOf({ leaf: own, between, anchors: [pinned], now }))
  if (own.purposes?.includes(oids.cmcRa) === true) return
  // Else any member of the domain could receive new devices.
  throw new RefusalError(
    'role',
    `${own.subject} is in the pinned domain, and no registrar of it: id-kp-cmcRA is missing`,
  )
}
