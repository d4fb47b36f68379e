/** Revoked: members that are no longer trusted (the removal duty of RFC 8990 §2.5.1). Flooded, and again to who comes later. @module */
import { cborOctets, type CborValue } from '@vagus/wire'
import { Fields, most53 } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface Revoked {
  readonly header: Header
  /** Each list replaces those of a lower epoch. */
  readonly epoch: number
  /** SHA-256 of what proves them: certificate or identity document; 32 octets each. */
  readonly members: readonly Uint8Array[]
  /**
   * A signature over the other keys in this order, of whoever may revoke: the flood itself proves nothing. What checks it
   * is the ASA, with the keys that it trusts.
   */
  readonly signature: Uint8Array
}

const key = { header: 0, epoch: 1, members: 2, signature: 3 } as const
const signatureOctets = 64

export const revoked: ObjectiveType<Revoked> = declareObjective({
  name: privateName('Revoked'),
  purpose: 'synchronization',
  codec: {
    encode: ({ header, epoch, members, signature }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.epoch, epoch],
        [key.members, members],
        [key.signature, signature],
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Revoked', [])
      return {
        header: readHeader(fields.value(key.header)),
        epoch: fields.uint(key.epoch, most53),
        members: fields.list(key.members, (member) => cborOctets(member, 32, 'a member')),
        signature: fields.octets(key.signature, signatureOctets),
      }
    },
  },
})
