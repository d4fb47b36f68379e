/** Names and extensions written (RFC 5280 §4.1.2.4, §4.2). @module */
import { isIP } from 'node:net'
import { parseAddress } from '@vagus/address'
import { oids } from '@vagus/brski'
import { BitString, fromBER, IA5String, OctetString, PrintableString, Sequence, Set, Utf8String } from 'asn1js'
import * as pkijs from 'pkijs'
import { keyUsage } from './certificate.ts'
import { oid } from './object-ids.ts'

/** A subject. */
export interface Name {
  readonly commonName?: string
  readonly organization?: string
  /** The device (2.5.4.5). */
  readonly serialNumber?: string
}

export function nameOf({ organization, commonName, serialNumber }: Name): pkijs.RelativeDistinguishedNames {
  const entries = [
    [oid.organization, organization],
    [oid.commonName, commonName],
    [oids.serialNumber, serialNumber],
  ] as const
  // pkijs itself would write one relative name with several values.
  const names = entries
    .filter(([, text]) => text !== undefined)
    .map(([type, text]) => new pkijs.AttributeTypeAndValue({ type, value: textValue(type, text!) }))
    .map((attribute) => new Set({ value: [attribute.toSchema()] }))
  return new pkijs.RelativeDistinguishedNames({ schema: fromBER(new Sequence({ value: names }).toBER()).result })
}

/** serialNumber is a PrintableString (X.520 §6.2.9), which lacks some characters that makers use. */
function textValue(type: string, text: string): PrintableString | Utf8String {
  const printable = type === oids.serialNumber && /^[A-Za-z0-9 '()+,./:=?-]*$/.test(text)
  return printable ? new PrintableString({ value: text }) : new Utf8String({ value: text })
}

/** Names of a TLS server or of an agent: host names, addresses and URIs. */
export interface AltNames {
  readonly hosts?: readonly string[]
  readonly uris?: readonly string[]
}

export function altNamesExtension({ hosts = [], uris = [] }: AltNames): pkijs.Extension {
  const names = hosts.map((host) => {
    if (isIP(host) === 0) return new pkijs.GeneralName({ type: 2, value: host })
    return new pkijs.GeneralName({ type: 7, value: new OctetString({ valueHex: addressOctets(host) }) })
  })
  const altNames = [...names, ...uris.map((value) => new pkijs.GeneralName({ type: 6, value }))]
  return extension(oid.subjectAltName, 'optional', new pkijs.AltName({ altNames }).toSchema())
}

export type Criticality = 'critical' | 'optional'

export function extension(id: string, criticality: Criticality, value: { toBER(): ArrayBuffer }): pkijs.Extension {
  return new pkijs.Extension({ extnID: id, critical: criticality === 'critical', extnValue: value.toBER() })
}

export function usageExtension(...bits: readonly (keyof typeof keyUsage)[]): pkijs.Extension {
  const octet = bits.reduce((octet, bit) => octet | (0x80 >> keyUsage[bit]), 0)
  const unusedBits = Math.clz32(octet & -octet) === 32 ? 0 : 31 - Math.clz32(octet & -octet)
  return extension(oid.keyUsage, 'critical', new BitString({ valueHex: Uint8Array.of(octet).buffer, unusedBits }))
}

export const purposesExtension = (criticality: Criticality, keyPurposes: readonly string[]): pkijs.Extension =>
  extension(oid.extendedKeyUsage, criticality, new pkijs.ExtKeyUsage({ keyPurposes: [...keyPurposes] }).toSchema())

export const keyIdExtension = (keyId: Uint8Array): pkijs.Extension =>
  extension(oid.subjectKeyIdentifier, 'optional', new OctetString({ valueHex: Uint8Array.from(keyId).buffer }))

export const issuerIdExtension = (keyId: Uint8Array): pkijs.Extension =>
  extension(
    oid.authorityKeyIdentifier,
    'optional',
    new pkijs.AuthorityKeyIdentifier({
      keyIdentifier: new OctetString({ valueHex: Uint8Array.from(keyId).buffer }),
    }).toSchema(),
  )

/** @param pathLength largest number of CAs below; `undefined`: any */
export const authorityExtension = (pathLength: number | undefined): pkijs.Extension =>
  extension(
    oid.basicConstraints,
    'critical',
    new pkijs.BasicConstraints({
      cA: true,
      ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
    }).toSchema(),
  )

export const masaUrlExtension = (url: string): pkijs.Extension =>
  extension(oids.masaUrl, 'optional', new IA5String({ value: url }))

/** 4 or 16 octets (RFC 5280 §4.2.1.6); `parseAddress` maps IPv4 into IPv6. */
function addressOctets(address: string): ArrayBuffer {
  const octets = parseAddress(address)
  return octets.slice(isIP(address) === 4 ? 12 : 0).buffer
}
