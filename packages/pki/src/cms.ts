/**
 * CMS SignedData with one signer over content that it carries (RFC 5652 §5), as vouchers have it (RFC 8366 §5.4). The
 * signer signs attributes: the type and the hash of the content.
 * @module
 */
import { createHash } from 'node:crypto'
import { type Certificate, type CmsSigner, refused, type Refused, type SignedContent } from '@vagus/brski'
import { ObjectIdentifier, OctetString } from 'asn1js'
import * as pkijs from 'pkijs'
import { readCertificate, detailsOf } from './certificate.ts'
import { readDer, toDer } from './der.ts'
import type { Issuer } from './issuer.ts'
import { isSignature, signatureIdOf, signWith } from './keys.ts'
import { hashes, oid } from './object-ids.ts'

/** Certificates read of one CMS. */
const maxCertificates = 16
const sha256Id = '2.16.840.1.101.3.4.2.1'

/** Signs as `issuer`, whose chain goes into the CMS. */
export function cmsSigner({ key, certificate, chain }: Issuer): CmsSigner {
  const certificates = [certificate, ...chain] as const
  return { certificates, sign: (content) => signCms(content, key, certificates) }
}

function signCms(
  content: Uint8Array,
  key: Issuer['key'],
  certificates: readonly [Certificate, ...Certificate[]],
): Uint8Array<ArrayBuffer> {
  const parsed = certificates.map(({ der }) => pkijs.Certificate.fromBER(Uint8Array.from(der)))
  const digestAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: sha256Id })
  const attributes = new pkijs.SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      new pkijs.Attribute({ type: oid.contentType, values: [new ObjectIdentifier({ value: oid.voucherContent })] }),
      new pkijs.Attribute({
        type: oid.messageDigest,
        values: [new OctetString({ valueHex: digest('sha256', content) })],
      }),
    ],
  })
  // What is signed is the SET OF; what is sent has a tag of its own in its place (RFC 5652 §5.4).
  const signed = toDer(attributes.toSchema())
  signed[0] = 0x31
  const info = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: parsed[0]!.issuer, serialNumber: parsed[0]!.serialNumber }),
    digestAlgorithm,
    signedAttrs: attributes,
    signatureAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: signatureIdOf(key) }),
    signature: new OctetString({ valueHex: Uint8Array.from(signWith(key, signed)).buffer }),
  })
  const data = new pkijs.SignedData({
    version: 3, // the content is not id-data (RFC 5652 §5.1)
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({
      eContentType: oid.voucherContent,
      eContent: new OctetString({ valueHex: Uint8Array.from(content).buffer }),
    }),
    certificates: parsed,
    signerInfos: [info],
  })
  return toDer(new pkijs.ContentInfo({ contentType: oid.signedData, content: data.toSchema(true) }).toSchema())
}

/** The content of `cms` if the signature is right; whether the signer is trusted is open. */
export function readSigned(cms: Uint8Array, known: readonly Certificate[] = []): SignedContent | Refused {
  return readDer(cms, 'the CMS', 'format', (value) => {
    const data = signedDataIn(value)
    if (data === undefined) return refused('format', 'the CMS is no SignedData')
    const content = data.encapContentInfo.eContent?.getValue()
    if (content === undefined) return refused('format', 'the CMS carries no content')
    const [info, ...more] = data.signerInfos
    if (info === undefined || more.length > 0) {
      return refused('format', `the CMS has ${data.signerInfos.length} signers; it must have one`)
    }
    const certificates = certificatesIn(data)
    if ('type' in certificates) return certificates
    const signer = [...certificates.list, ...known].find((certificate) => isSigner(certificate, info))
    if (signer === undefined)
      return refused('signature', 'the certificate of the signer is neither in the CMS nor known')
    const octets = new Uint8Array(content)
    const problem = signatureProblem(info, signer, octets, data.encapContentInfo.eContentType)
    if (problem !== undefined) return refused('signature', problem)
    return { content: octets, signer, certificates: certificates.list }
  })
}

/** `undefined` unless `value` is a ContentInfo with SignedData. @throws if it is malformed */
function signedDataIn(value: unknown): pkijs.SignedData | undefined {
  const info = new pkijs.ContentInfo({ schema: value })
  return info.contentType === oid.signedData ? new pkijs.SignedData({ schema: info.content as unknown }) : undefined
}

function certificatesIn({ certificates = [] }: pkijs.SignedData): { readonly list: readonly Certificate[] } | Refused {
  if (certificates.length > maxCertificates) {
    return refused('limit', `the CMS has ${certificates.length} certificates; at most ${maxCertificates} are read`)
  }
  const list: Certificate[] = []
  for (const each of certificates) {
    if (!(each instanceof pkijs.Certificate)) continue // attribute certificates and the like
    const certificate = readCertificate(toDer(each.toSchema()))
    if ('type' in certificate) return certificate
    list.push(certificate)
  }
  return { list }
}

function isSigner(certificate: Certificate, { sid }: pkijs.SignerInfo): boolean {
  if (sid instanceof pkijs.IssuerAndSerialNumber) {
    const { issuerName, number } = detailsOf(certificate)
    const sameName = Buffer.compare(toDer(sid.issuer.toSchema()), issuerName) === 0
    return sameName && Buffer.compare(sid.serialNumber.valueBlock.valueHexView, number) === 0
  }
  const keyId = (sid as { valueBlock?: { valueHexView?: Uint8Array } } | undefined)?.valueBlock?.valueHexView
  const { subjectKeyId } = certificate
  return keyId !== undefined && subjectKeyId !== undefined && Buffer.compare(keyId, subjectKeyId) === 0
}

function signatureProblem(
  info: pkijs.SignerInfo,
  signer: Certificate,
  content: Uint8Array,
  contentType: string,
): string | undefined {
  const hash = hashes[info.digestAlgorithm.algorithmId]
  if (hash === undefined) {
    return `the hash ${info.digestAlgorithm.algorithmId} is not accepted; SHA-256, SHA-384 and SHA-512 are`
  }
  if (!detailsOf(signer).signsContent) return `the key of ${signer.subject} is not for signatures`
  const { signedAttrs } = info
  if (signedAttrs === undefined && contentType !== oid.data) return 'the signed attributes are missing (RFC 5652 §5.3)'
  const problem =
    signedAttrs === undefined ? undefined : attributeProblem(signedAttrs, contentType, digest(hash, content))
  if (problem !== undefined) return problem
  const signed = signedAttrs === undefined ? content : new Uint8Array(signedAttrs.encodedValue)
  const signature = info.signature.valueBlock.valueHexView
  return isSignature(info.signatureAlgorithm.algorithmId, signer.publicKey, signed, signature, hash)
    ? undefined
    : `the signature is not that of ${signer.subject}`
}

/** Each of the two attributes occurs once, with one value (RFC 5652 §11.1, §11.2). */
function attributeProblem(
  { attributes }: pkijs.SignedAndUnsignedAttributes,
  contentType: string,
  hash: ArrayBuffer,
): string | undefined {
  const one = (id: string): unknown => {
    const found = attributes.filter(({ type }) => type === id)
    return found.length === 1 && found[0]!.values.length === 1 ? found[0]!.values[0] : undefined
  }
  const type = one(oid.contentType)
  if (!(type instanceof ObjectIdentifier) || type.valueBlock.toString() !== contentType) {
    return 'the signed type of the content is missing or another one'
  }
  const signed = one(oid.messageDigest)
  if (!(signed instanceof OctetString) || Buffer.compare(signed.valueBlock.valueHexView, new Uint8Array(hash)) !== 0) {
    return 'the signed hash is not that of the content'
  }
  return undefined
}

const digest = (hash: string, octets: Uint8Array): ArrayBuffer =>
  Uint8Array.from(createHash(hash).update(octets).digest()).buffer

/** Certificates alone, as EST hands them out (RFC 7030 §4.1.3, RFC 5652 §5.2). */
export function writeCertificates(certificates: readonly Certificate[]): Uint8Array<ArrayBuffer> {
  const data = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: oid.data }),
    certificates: certificates.map(({ der }) => pkijs.Certificate.fromBER(Uint8Array.from(der))),
  })
  return toDer(new pkijs.ContentInfo({ contentType: oid.signedData, content: data.toSchema(true) }).toSchema())
}

/** Those of a CMS that carries certificates alone. Nothing of it is signed. */
export function readCertificates(cms: Uint8Array): { readonly list: readonly Certificate[] } | Refused {
  return readDer(cms, 'the list of certificates', 'format', (value) => {
    const data = signedDataIn(value)
    return data === undefined ? refused('format', 'the CMS is no SignedData') : certificatesIn(data)
  })
}
