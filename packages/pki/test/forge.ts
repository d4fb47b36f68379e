/** CMS taken apart, changed, and put together again, with or without a new signature. */
import { createHash, type KeyObject } from 'node:crypto'
import { fromBER, ObjectIdentifier, OctetString } from 'asn1js'
import * as pkijs from 'pkijs'
import { oid } from '../src/object-ids.ts'
import { signWith } from '../src/keys.ts'

const contents = (der: Uint8Array): pkijs.SignedData => {
  const info = new pkijs.ContentInfo({ schema: fromBER(Uint8Array.from(der).buffer).result })
  return new pkijs.SignedData({ schema: info.content as unknown })
}

/** The CMS `der` after `change`; the signature stays what it was. */
export function changed(der: Uint8Array, change: (data: pkijs.SignedData) => void): Uint8Array {
  const data = contents(der)
  change(data)
  const info = new pkijs.ContentInfo({ contentType: oid.signedData, content: data.toSchema(true) })
  return new Uint8Array(info.toSchema().toBER())
}

/** The CMS `der` after `change` of what is signed, signed again by `key`. */
export function signedAgain(
  der: Uint8Array,
  key: KeyObject,
  change: (info: pkijs.SignerInfo, data: pkijs.SignedData) => void,
) {
  return changed(der, (data) => {
    const info = data.signerInfos[0]!
    change(info, data)
    const signed = new Uint8Array(info.signedAttrs!.toSchema().toBER())
    signed[0] = 0x31
    info.signature = octetString(signWith(key, signed))
  })
}

export const octetString = (octets: Uint8Array): OctetString =>
  new OctetString({ valueHex: Uint8Array.from(octets).buffer })

export function setContent(data: pkijs.SignedData, content: Uint8Array): void {
  data.encapContentInfo.eContent = octetString(content)
}

/** Without `values` the attribute is gone. */
export function setAttribute(info: pkijs.SignerInfo, type: string, values: readonly unknown[]): void {
  const others = info.signedAttrs!.attributes.filter((each) => each.type !== type)
  const attribute = new pkijs.Attribute({ type, values: [...values] as never[] })
  info.signedAttrs!.attributes = values.length === 0 ? others : [...others, attribute]
}

export const digestOf = (hash: string, content: Uint8Array): OctetString =>
  octetString(createHash(hash).update(content).digest())
export const objectId = (value: string): ObjectIdentifier => new ObjectIdentifier({ value })
