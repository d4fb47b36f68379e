/** Certificates read (RFC 5280 §4). What BRSKI asks of them is in `Certificate`; the rest stays here, beside it. @module */
import { createHash, X509Certificate } from 'node:crypto'
import { type Certificate, oids, refused, type Refused } from '@vagus/brski'
import { OctetString, type Utf8String } from 'asn1js'
import * as pkijs from 'pkijs'
import { readDer, toDer } from './der.ts'
import { oid } from './object-ids.ts'

/** What paths are made of. */
export interface CertificateDetails {
  readonly x509: X509Certificate
  /** Names in DER. */
  readonly subjectName: Uint8Array
  readonly issuerName: Uint8Array
  /** Serial number, the octets of the INTEGER. */
  readonly number: Uint8Array
  /** Whether its key may sign certificates. */
  readonly signs: 'certificates' | 'no certificates'
  /** Whether its key may sign content. */
  readonly signsContent: boolean
  /** Largest number of CAs below; `undefined`: any. */
  readonly pathLength: number | undefined
  /** Critical extensions that are not understood here. Such a certificate must be refused (RFC 5280 §4.2). */
  readonly unknownCritical: readonly string[]
}

const details = new WeakMap<Certificate, CertificateDetails>()

/** Those of a certificate that `readCertificate` gave, or read again. @throws {TypeError} if it was made otherwise */
export function detailsOf(certificate: Certificate): CertificateDetails {
  const known = details.get(certificate)
  if (known !== undefined) return known
  const again = readCertificate(certificate.der)
  if ('type' in again) throw new TypeError(`not a certificate: ${again.because.problem}`)
  return detailsOf(again)
}

/** Refused as `malformed`. */
export function readCertificate(der: Uint8Array): Certificate | Refused {
  return readDer(der, 'the certificate', 'malformed', (value) => {
    const parsed = new pkijs.Certificate({ schema: value })
    const x509 = new X509Certificate(der)
    if (x509.raw.length !== der.length) return refused('malformed', 'the certificate has octets behind its end')
    const found = extensionsOf(parsed)
    const certificate: Certificate = {
      der: Uint8Array.from(der),
      subject: nameText(x509.subject),
      issuer: nameText(x509.issuer),
      deviceSerial: serialNumberIn(parsed.subject),
      masaUrl: found.masaUrl,
      purposes: found.purposes,
      uris: found.uris,
      authority: found.authority,
      publicKey: toDer(parsed.subjectPublicKeyInfo.toSchema()),
      subjectKeyId: found.subjectKeyId,
      authorityKeyId: found.authorityKeyId,
      notBefore: parsed.notBefore.value.getTime(),
      notAfter: parsed.notAfter.value.getTime(),
    }
    if (Number.isNaN(certificate.notBefore) || Number.isNaN(certificate.notAfter)) {
      return refused('malformed', 'the validity of the certificate is no pair of times')
    }
    details.set(certificate, {
      x509,
      subjectName: toDer(parsed.subject.toSchema()),
      issuerName: toDer(parsed.issuer.toSchema()),
      number: parsed.serialNumber.valueBlock.valueHexView,
      signs: found.authority === 'ca' && found.mayUse(keyUsage.keyCertSign) ? 'certificates' : 'no certificates',
      signsContent: found.mayUse(keyUsage.digitalSignature),
      pathLength: found.pathLength,
      unknownCritical: found.unknownCritical,
    })
    return certificate
  })
}

/** Of our own files and constants. @throws {TypeError} */
export function certificateOf(der: Uint8Array): Certificate {
  const certificate = readCertificate(der)
  if ('type' in certificate) throw new TypeError(certificate.because.problem)
  return certificate
}

/** Bits of the extension (RFC 5280 §4.2.1.3). */
export const keyUsage = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const

const understood: readonly string[] = [
  oid.subjectKeyIdentifier,
  oid.keyUsage,
  oid.subjectAltName,
  oid.basicConstraints,
  oid.authorityKeyIdentifier,
  oid.extendedKeyUsage,
  oids.masaUrl,
]

function extensionsOf({ extensions = [] }: pkijs.Certificate) {
  const find = (id: string): pkijs.Extension | undefined => extensions.find(({ extnID }) => extnID === id)
  const parsed = <T>(id: string, form: new (...parameters: never[]) => T): T | undefined => {
    const value = find(id)?.parsedValue
    if (find(id) !== undefined && !(value instanceof form)) throw new TypeError(`the extension ${id} is malformed`)
    return value as T | undefined
  }
  if (new Set(extensions.map(({ extnID }) => extnID)).size !== extensions.length) {
    throw new TypeError('an extension occurs twice (RFC 5280 §4.2)')
  }
  const constraints = parsed(oid.basicConstraints, pkijs.BasicConstraints)
  const usage = find(oid.keyUsage)?.parsedValue as { valueBlock: { valueHexView: Uint8Array } } | undefined
  const bits = usage?.valueBlock.valueHexView
  const pathLength = constraints?.pathLenConstraint
  return {
    authority: constraints?.cA === true ? ('ca' as const) : ('end-entity' as const),
    pathLength: typeof pathLength === 'number' ? pathLength : undefined,
    mayUse: (bit: number): boolean => bits === undefined || ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0,
    purposes: parsed(oid.extendedKeyUsage, pkijs.ExtKeyUsage)?.keyPurposes,
    uris: (parsed(oid.subjectAltName, pkijs.AltName)?.altNames ?? [])
      .filter(({ type }) => type === 6)
      .map(({ value }) => String(value)),
    masaUrl: masaUrlIn(find(oids.masaUrl)),
    subjectKeyId: parsed(oid.subjectKeyIdentifier, OctetString)?.valueBlock.valueHexView.slice(),
    authorityKeyId: parsed(
      oid.authorityKeyIdentifier,
      pkijs.AuthorityKeyIdentifier,
    )?.keyIdentifier?.valueBlock.valueHexView.slice(),
    unknownCritical: extensions
      .filter(({ critical, extnID }) => critical && !understood.includes(extnID))
      .map(({ extnID }) => extnID),
  }
}

/** An IA5String inside the extension (RFC 8995 §2.3.2). */
function masaUrlIn(extension: pkijs.Extension | undefined): string | undefined {
  if (extension === undefined) return undefined
  const [tag, length, ...text] = extension.extnValue.valueBlock.valueHexView
  const longer = length === 0x81 ? 1 : length === 0x82 ? 2 : 0
  if (tag !== 0x16 || text.length === 0) throw new TypeError('id-pe-masa-url must be an IA5String')
  return String.fromCharCode(...text.slice(longer))
}

/** 1..64 characters (X.520 §6.2.9) that show: it names the device in files, events and terminals. */
const soundSerial = /^\P{C}{1,64}$/u

/** Text of the attribute serialNumber; `undefined` unless there is just one that is sound. */
export function serialNumberIn({ typesAndValues }: pkijs.RelativeDistinguishedNames): string | undefined {
  const values = typesAndValues.filter(({ type }) => type === oids.serialNumber)
  const text = values.length === 1 ? (values[0]!.value as Utf8String).valueBlock.value : undefined
  return typeof text === 'string' && soundSerial.test(text) ? text : undefined
}

/** Characters of a name that are told: whoever made a certificate has a say in what stands in logs. */
const maxName = 256

const nameText = (lines: string | undefined): string =>
  (lines ?? '').replaceAll('\n', ', ').replaceAll(/\p{C}+/gu, ' ').slice(0, maxName) || '(no name)'

/** SHA-1 over the key, the usual key identifier (RFC 5280 §4.2.1.2, method 1). It names a key and proves nothing. */
export function keyIdOf(publicKey: Uint8Array): Uint8Array {
  const { subjectPublicKey } = pkijs.PublicKeyInfo.fromBER(Uint8Array.from(publicKey))
  return createHash('sha1').update(subjectPublicKey.valueBlock.valueHexView).digest()
}

/** The octets by which a domain is known (RFC 8995 §5.8.2). */
export const domainIdOf = (certificate: Certificate): Uint8Array =>
  certificate.subjectKeyId ?? createHash('sha256').update(certificate.publicKey).digest()
