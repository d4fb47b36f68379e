/** Certificates issued, in the profiles that BRSKI needs (RFC 8995 §2.3, §5.5.4; IEEE 802.1AR-2018 §8). @module */
import { randomBytes, type KeyObject } from 'node:crypto'
import { type Certificate, oids } from '@vagus/brski'
import { BitString, fromBER, Integer } from 'asn1js'
import * as pkijs from 'pkijs'
import { certificateOf, keyIdOf } from './certificate.ts'
import { toDer } from './der.ts'
import type { Issuer } from './issuer.ts'
import { agentOf, publicKeyOf, signatureIdOf, signWith } from './keys.ts'
import {
  altNamesExtension,
  authorityExtension,
  issuerIdExtension,
  keyIdExtension,
  masaUrlExtension,
  type Name,
  nameOf,
  purposesExtension,
  usageExtension,
} from './names.ts'

/** "Indefinitely", as an IDevID is valid (RFC 5280 §4.1.2.5, IEEE 802.1AR-2018 §8.7). */
const forEver = Date.UTC(9999, 11, 31, 23, 59, 59)
/** Clocks of verifiers may be behind ours. */
const backdated = 5 * 60_000

interface Draft {
  readonly name: Name
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  readonly extensions: readonly pkijs.Extension[]
}

/** Times of a certificate in milliseconds. */
export interface Life {
  readonly now: number
  /** `Infinity`: until the year 9999. */
  readonly life: number
}

/** A CA that signs its own certificate, for end entities only. */
export function newAuthority(name: Name, key: KeyObject, { now, life }: Life): Issuer {
  const publicKey = publicKeyOf(key)
  const extensions = [authorityExtension(0), usageExtension('keyCertSign', 'crlSign')]
  const draft = { name, publicKey, notBefore: now - backdated, notAfter: Math.min(now + life, forEver), extensions }
  return { key, certificate: issue(draft, key, undefined), chain: [] }
}

/** A device's first identity, without an end. `masaUrl`: as `masaUrlOf` reads it. */
export function issueIdevid(
  maker: Issuer,
  device: {
    readonly serialNumber: string
    readonly publicKey: Uint8Array
    readonly masaUrl: string
    readonly now: number
  },
): Certificate {
  const { serialNumber, publicKey, masaUrl, now } = device
  const extensions = [usageExtension('digitalSignature'), masaUrlExtension(masaUrl)]
  const draft = { name: { serialNumber }, publicKey, notBefore: now - backdated, notAfter: forEver, extensions }
  return issue(draft, maker.key, maker.certificate)
}

/**
 * A device's identity in the domain of `ca`. Where the key is Ed25519, the name of its agent is among the alternative
 * names, so that one signature binds both identities.
 */
export function issueLdevid(
  ca: Issuer,
  device: { readonly serialNumber: string; readonly publicKey: Uint8Array } & Life,
): Certificate {
  const { serialNumber, publicKey, now, life } = device
  const agent = agentOf(publicKey)
  const extensions = [
    usageExtension('digitalSignature'),
    purposesExtension('optional', [oids.clientAuth]),
    ...(agent === undefined ? [] : [altNamesExtension({ uris: [agent] })]),
  ]
  return issueWith(ca, { name: { serialNumber, commonName: serialNumber }, publicKey, extensions }, { now, life })
}

/** A registrar's certificate: TLS server and client, and signer of its requests (RFC 8995 §5.5.4). */
export function issueRegistrar(
  ca: Issuer,
  registrar: { readonly name: Name; readonly publicKey: Uint8Array; readonly hosts: readonly string[] } & Life,
): Certificate {
  const { name, publicKey, hosts } = registrar
  const purposes = purposesExtension('optional', [oids.serverAuth, oids.clientAuth, oids.cmcRa])
  return issueWith(ca, { name, publicKey, extensions: [purposes, ...serverExtensions(hosts)] }, registrar)
}

/**
 * A MASA's certificate: TLS server and signer of vouchers. It states no purpose, because verifiers over OpenSSL take a stated
 * one as a reason to refuse signatures of another kind.
 */
export function issueMasa(
  maker: Issuer,
  masa: { readonly name: Name; readonly publicKey: Uint8Array; readonly hosts: readonly string[] } & Life,
): Certificate {
  const { name, publicKey, hosts } = masa
  return issueWith(maker, { name, publicKey, extensions: serverExtensions(hosts) }, masa)
}

const serverExtensions = (hosts: readonly string[]): readonly pkijs.Extension[] => [
  usageExtension('digitalSignature'),
  ...(hosts.length === 0 ? [] : [altNamesExtension({ hosts })]),
]

/** A certificate for an end entity in a profile of its own. It does not outlive its CA. */
export function issueWith(
  ca: Issuer,
  draft: Pick<Draft, 'name' | 'publicKey' | 'extensions'>,
  { now, life }: Life,
): Certificate {
  const notAfter = Math.min(now + life, ca.certificate.notAfter)
  return issue({ ...draft, notBefore: now - backdated, notAfter }, ca.key, ca.certificate)
}

/** @param issuer `undefined`: the certificate signs itself */
function issue(draft: Draft, key: KeyObject, issuer: Certificate | undefined): Certificate {
  const signature = new pkijs.AlgorithmIdentifier({ algorithmId: signatureIdOf(key) })
  const keyId = keyIdOf(draft.publicKey)
  const issuerId = issuer === undefined ? keyId : (issuer.subjectKeyId ?? keyIdOf(issuer.publicKey))
  const subject = nameOf(draft.name)
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new Integer({ valueHex: randomNumber() }),
    signature,
    signatureAlgorithm: signature,
    issuer: issuer === undefined ? subject : pkijs.Certificate.fromBER(Uint8Array.from(issuer.der)).subject,
    subject,
    notBefore: timeOf(draft.notBefore),
    notAfter: timeOf(draft.notAfter),
    subjectPublicKeyInfo: publicKeyInfo(draft.publicKey),
    extensions: [keyIdExtension(keyId), issuerIdExtension(issuerId), ...draft.extensions],
  })
  const toSign = toDer(certificate.encodeTBS())
  certificate.signatureValue = new BitString({ valueHex: Uint8Array.from(signWith(key, toSign)).buffer })
  return certificateOf(toDer(certificate.toSchema(true)))
}

export function publicKeyInfo(publicKey: Uint8Array): pkijs.PublicKeyInfo {
  return new pkijs.PublicKeyInfo({ schema: fromBER(Uint8Array.from(publicKey).buffer).result })
}

/** 127 random bits, positive and of full length (RFC 5280 §4.1.2.2). */
function randomNumber(): ArrayBuffer {
  const octets = Uint8Array.from(randomBytes(16))
  octets[0] = (octets[0]! & 0x7f) | 0x40
  return octets.buffer
}

/** UTCTime until 2049, then GeneralizedTime (RFC 5280 §4.1.2.5). Seconds are all that both have. */
function timeOf(time: number): pkijs.Time {
  const value = new Date(Math.floor(time / 1000) * 1000)
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}
