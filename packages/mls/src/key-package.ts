/** A key package (RFC 9420 §10): how an agent lets others add it, once. @module */
import type { Signer } from '@vagus/identity'
import { type Codec, DecodeError, Reader, struct, uint16, type ValueOf, Writer } from '@vagus/wire'
import { extensions } from './extension.ts'
import { leafNode, mls10 } from './leaf-node.ts'
import type { Suite } from './suite.ts'
import { lengthOctets, opaque } from './vectors.ts'

const unsigned = { version: uint16, cipherSuite: uint16, initKey: opaque, leafNode, extensions }
const draftFields = struct(unsigned)
const fields = struct({ ...unsigned, signature: opaque })

export type KeyPackage = ValueOf<typeof fields> & { readonly wire: Uint8Array }

/** What it reads does not refer to the message. */
export const keyPackage: Codec<KeyPackage> = {
  read(r) {
    const at = r.offset
    fields.read(r)
    const wire = r.since(at).slice()
    const value = fields.read(new Reader(wire))
    if (value.version !== mls10) throw new DecodeError('bad-value', at, `the version is ${mls10}, not ${value.version}`)
    return { ...value, wire }
  },
  write: (w, { wire }) => w.octets(wire),
}

export function signKeyPackage(suite: Suite, signer: Signer, draft: ValueOf<typeof draftFields>): KeyPackage {
  const w = new Writer()
  draftFields.write(w, draft)
  opaque.write(w, suite.sign(signer, 'KeyPackageTBS', w.finish()))
  return keyPackage.read(new Reader(w.finish()))
}

export function isSignedKeyPackage(suite: Suite, { wire, signature, leafNode: leaf }: KeyPackage): boolean {
  const signed = wire.subarray(0, wire.length - signature.length - lengthOctets(signature.length))
  return suite.verify(leaf.signatureKey, 'KeyPackageTBS', signed, signature)
}

export const keyPackageReference = (suite: Suite, { wire }: KeyPackage): Uint8Array =>
  suite.reference('KeyPackage', wire)
