/** A node above leaves, with a key that all members below it know except those that joined since (RFC 9420 §7.1). @module */
import { type Codec, DecodeError, encode, struct, uint32 } from '@vagus/wire'
import { textOf } from './octets.ts'
import { opaque, vectorOf } from './vectors.ts'

export interface ParentNode {
  readonly type: 'parent'
  readonly encryptionKey: Uint8Array
  readonly parentHash: Uint8Array
  /** Leaves below it that do not know its private key, ascending. */
  readonly unmergedLeaves: readonly number[]
  readonly wire: Uint8Array
  /** `encryptionKey` as a key of maps. */
  readonly keyText: string
}

const fields = struct({ encryptionKey: opaque, parentHash: opaque, unmergedLeaves: vectorOf(uint32) })

export function parentNodeOf(
  encryptionKey: Uint8Array,
  parentHash: Uint8Array,
  unmergedLeaves: readonly number[],
): ParentNode {
  const wire = encode(fields, { encryptionKey, parentHash, unmergedLeaves })
  return { type: 'parent', encryptionKey, parentHash, unmergedLeaves, wire, keyText: textOf(encryptionKey) }
}

/** What it reads does not refer to the message. */
export const parentNode: Codec<ParentNode> = {
  read(r) {
    const at = r.offset
    const { encryptionKey, parentHash, unmergedLeaves } = fields.read(r)
    if (unmergedLeaves.some((leaf, index) => index > 0 && leaf <= unmergedLeaves[index - 1]!))
      throw new DecodeError('bad-value', at, 'unmerged leaves ascend, each once')
    return parentNodeOf(encryptionKey.slice(), parentHash.slice(), unmergedLeaves)
  },
  write: (w, { wire }) => w.octets(wire),
}
