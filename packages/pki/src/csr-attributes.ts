/** What a domain wants in certificate requests: `CsrAttrs`, here object identifiers alone (RFC 7030 §4.5.2). @module */
import { refused, type Refused } from '@vagus/brski'
import { ObjectIdentifier, Sequence } from 'asn1js'
import { readDer, toDer } from './der.ts'

export const writeCsrAttributes = (ids: readonly string[]): Uint8Array<ArrayBuffer> =>
  toDer(new Sequence({ value: ids.map((value) => new ObjectIdentifier({ value })) }))

/** The identifiers, those of attributes with values among them. */
export function readCsrAttributes(der: Uint8Array): { readonly ids: readonly string[] } | Refused {
  return readDer(der, 'the list of attributes', 'malformed', (value) => {
    if (!(value instanceof Sequence)) return refused('malformed', 'the list of attributes is no SEQUENCE')
    const ids = value.valueBlock.value.map((each) => {
      const id = each instanceof Sequence ? each.valueBlock.value[0] : each
      return id instanceof ObjectIdentifier ? id.valueBlock.toString() : undefined
    })
    return ids.includes(undefined)
      ? refused('malformed', 'the list of attributes holds something without an object identifier')
      : { ids: ids.filter((id) => id !== undefined) }
  })
}
