/** A member's place in the tree: who it is and its keys (RFC 9420 §7.2). @module */
import type { Signer } from '@vagus/identity'
import {
  type Codec,
  concatOctets,
  DecodeError,
  encode,
  Reader,
  struct,
  uint64,
  type ValueOf,
  Writer,
} from '@vagus/wire'
import { type Credential, credential, credentialNumber } from './credential.ts'
import { extensions } from './extension.ts'
import { noOctets, textOf } from './octets.ts'
import { type Suite, suites } from './suite.ts'
import { lengthOctets, opaque, uint16s, writeLength } from './vectors.ts'

export const mls10 = 1

const capabilities = struct({
  versions: uint16s,
  cipherSuites: uint16s,
  extensions: uint16s,
  proposals: uint16s,
  credentials: uint16s,
})
export type Capabilities = ValueOf<typeof capabilities>

/** Seconds since 1970. */
const lifetime = struct({ notBefore: uint64, notAfter: uint64 })

/** What put a leaf where it is; the fields that come with each. */
export type LeafSource =
  | { readonly type: 'key_package'; readonly notBefore: bigint; readonly notAfter: bigint }
  | { readonly type: 'update' }
  | { readonly type: 'commit'; readonly parentHash: Uint8Array }

const sourceNumbers = { key_package: 1, update: 2, commit: 3 } as const

const source: Codec<LeafSource> = {
  read(r) {
    const at = r.offset
    const number = r.uint8()
    if (number === sourceNumbers.key_package) return { type: 'key_package', ...lifetime.read(r) }
    if (number === sourceNumbers.update) return { type: 'update' }
    if (number === sourceNumbers.commit) return { type: 'commit', parentHash: opaque.read(r) }
    throw new DecodeError('bad-value', at, `a leaf comes from 1 (key package), 2 (update) or 3 (commit), not ${number}`)
  },
  write(w, value) {
    w.uint8(sourceNumbers[value.type])
    if (value.type === 'key_package') lifetime.write(w, value)
    else if (value.type === 'commit') opaque.write(w, value.parentHash)
  },
}

const unsigned = { encryptionKey: opaque, signatureKey: opaque, credential, capabilities, source, extensions }
const leafFields = struct({ ...unsigned, signature: opaque })
const draftFields = struct(unsigned)
export type LeafDraft = ValueOf<typeof draftFields>

export interface LeafNode extends LeafDraft {
  readonly type: 'leaf'
  readonly signature: Uint8Array
  /** As on the wire, which is what hashes and signatures cover. */
  readonly wire: Uint8Array
  /** `encryptionKey` and `signatureKey` as keys of maps. */
  readonly keyText: string
  readonly signatureText: string
}

/** What it reads does not refer to the message, which may be long. */
export const leafNode: Codec<LeafNode> = {
  read(r) {
    const at = r.offset
    leafFields.read(r)
    const wire = r.since(at).slice()
    const fields = leafFields.read(new Reader(wire))
    const [keyText, signatureText] = [textOf(fields.encryptionKey), textOf(fields.signatureKey)]
    return { type: 'leaf', ...fields, wire, keyText, signatureText }
  },
  write: (w, { wire }) => w.octets(wire),
}

/** Where a leaf that came by an update or a commit stands (§7.2, LeafNodeTBS). */
export interface LeafPlace {
  readonly groupId: Uint8Array
  readonly leaf: number
}

export function signLeaf(suite: Suite, signer: Signer, draft: LeafDraft, place?: LeafPlace): LeafNode {
  const signed = encode(draftFields, draft)
  const signature = suite.sign(signer, 'LeafNodeTBS', concatOctets(signed, placeOctets(draft.source, place)))
  const w = new Writer(signed.length + signature.length + 2)
  w.octets(signed)
  opaque.write(w, signature)
  return leafNode.read(new Reader(w.finish()))
}

export function isSignedLeaf(suite: Suite, leaf: LeafNode, place?: LeafPlace): boolean {
  const { wire, signature, signatureKey } = leaf
  const signed = wire.subarray(0, wire.length - signature.length - lengthOctets(signature.length))
  return suite.verify(signatureKey, 'LeafNodeTBS', concatOctets(signed, placeOctets(leaf.source, place)), signature)
}

function placeOctets({ type }: LeafSource, place: LeafPlace | undefined): Uint8Array {
  if (type === 'key_package' || place === undefined) return noOctets
  const w = new Writer(place.groupId.length + 8)
  writeLength(w, place.groupId.length)
  w.octets(place.groupId)
  w.uint32(place.leaf)
  return w.finish()
}

/** What this package supports, for a leaf of an agent with a credential like `own`. */
export const capabilitiesOf = (own: Credential, extensionTypes: readonly number[] = []): Capabilities => ({
  versions: [mls10],
  cipherSuites: Object.keys(suites).map(Number),
  extensions: extensionTypes,
  proposals: [],
  credentials: [credentialNumber(own)],
})
