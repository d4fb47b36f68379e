/** What all members agree on in an epoch (RFC 9420 §8.1). @module */
import { type Codec, DecodeError, struct, uint16, uint64, type ValueOf } from '@vagus/wire'
import { extensions } from './extension.ts'
import { mls10 } from './leaf-node.ts'
import { opaque } from './vectors.ts'

const fields = struct({
  version: uint16,
  cipherSuite: uint16,
  groupId: opaque,
  epoch: uint64,
  treeHash: opaque,
  confirmedTranscriptHash: opaque,
  extensions,
})
export type GroupContext = ValueOf<typeof fields>

export const groupContext: Codec<GroupContext> = {
  read(r) {
    const at = r.offset
    const value = fields.read(r)
    if (value.version !== mls10) throw new DecodeError('bad-value', at, `the version is ${mls10}, not ${value.version}`)
    return value
  },
  write: (w, value) => fields.write(w, value),
}
