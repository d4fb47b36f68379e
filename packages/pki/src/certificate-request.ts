/** PKCS#10 certificate requests (RFC 2986) with the names that they ask for. @module */
import type { KeyObject } from 'node:crypto'
import { type CertificateRequest, refused, type Refused } from '@vagus/brski'
import { BitString, type Sequence } from 'asn1js'
import * as pkijs from 'pkijs'
import { serialNumberIn } from './certificate.ts'
import { readDer, toDer } from './der.ts'
import { publicKeyInfo } from './issue.ts'
import { agentOf, isSignature, publicKeyOf, signatureIdOf, signWith } from './keys.ts'
import { altNamesExtension, type Name, nameOf } from './names.ts'
import { oid } from './object-ids.ts'

/** A request in DER for a certificate of `key`. With an Ed25519 key it asks for the name of the agent, too. */
export function newCertificateRequest(key: KeyObject, name: Name): Uint8Array<ArrayBuffer> {
  const publicKey = publicKeyOf(key)
  const agent = agentOf(publicKey)
  const request = new pkijs.CertificationRequest({
    version: 0,
    subject: nameOf(name),
    subjectPublicKeyInfo: publicKeyInfo(publicKey),
    signatureAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: signatureIdOf(key) }),
    attributes: agent === undefined ? [] : [extensionRequest([altNamesExtension({ uris: [agent] })])],
  })
  const toSign = toDer((request.toSchema(true).valueBlock.value as unknown as readonly [Sequence])[0])
  request.signatureValue = new BitString({ valueHex: Uint8Array.from(signWith(key, toSign)).buffer })
  return toDer(request.toSchema(true))
}

const extensionRequest = (extensions: pkijs.Extension[]): pkijs.Attribute =>
  new pkijs.Attribute({ type: oid.extensionRequest, values: [new pkijs.Extensions({ extensions }).toSchema()] })

/** Refused as `malformed`, or as `signature` unless whoever asks has the key (RFC 7030 §3.4). */
export function readCertificateRequest(der: Uint8Array): CertificateRequest | Refused {
  return readDer(der, 'the certificate request', 'malformed', (value) => {
    const request = new pkijs.CertificationRequest({ schema: value })
    const publicKey = toDer(request.subjectPublicKeyInfo.toSchema())
    const algorithm = request.subjectPublicKeyInfo.algorithm
    const agentId = agentOf(publicKey)
    const isP256 = Buffer.from(toDer(algorithm.toSchema())).toString('hex') === p256Algorithm
    if (agentId === undefined && !isP256) {
      return refused('malformed', `keys must be P-256 or Ed25519; this one is of ${algorithm.algorithmId}`)
    }
    const signature = request.signatureValue.valueBlock.valueHexView
    if (!isSignature(request.signatureAlgorithm.algorithmId, publicKey, request.tbsView, signature)) {
      return refused('signature', 'the certificate request is not signed with the key that it is for')
    }
    return {
      der: Uint8Array.from(der),
      publicKey,
      algorithm: isP256 ? 'p256' : 'ed25519',
      deviceSerial: serialNumberIn(request.subject),
      uris: urisIn(request),
      agentId,
    }
  })
}

/** id-ecPublicKey with prime256v1 (RFC 5480 §2.1.1). */
const p256Algorithm = '301306072a8648ce3d020106082a8648ce3d030107'

function urisIn({ attributes = [] }: pkijs.CertificationRequest): readonly string[] {
  return attributes
    .filter(({ type }) => type === oid.extensionRequest)
    .flatMap(({ values }) => values.map((schema: unknown) => new pkijs.Extensions({ schema })))
    .flatMap(({ extensions }) => extensions.filter(({ extnID }) => extnID === oid.subjectAltName))
    .flatMap(({ parsedValue }) => {
      if (!(parsedValue instanceof pkijs.AltName)) throw new TypeError('the alternative names are malformed')
      return parsedValue.altNames
    })
    .filter(({ type }) => type === 6)
    .map(({ value }) => String(value))
}
