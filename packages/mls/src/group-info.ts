/** What somebody learns of a group to join it (RFC 9420 §12.4.3). @module */
import type { Signer } from '@vagus/identity'
import { type Codec, Reader, struct, uint32, type ValueOf, Writer } from '@vagus/wire'
import { extensions } from './extension.ts'
import { groupContext } from './group-context.ts'
import type { Suite } from './suite.ts'
import { lengthOctets, opaque } from './vectors.ts'

const unsigned = { groupContext, extensions, confirmationTag: opaque, signer: uint32 }
const draftFields = struct(unsigned)
const fields = struct({ ...unsigned, signature: opaque })
export type GroupInfo = ValueOf<typeof fields> & { readonly wire: Uint8Array }

export const groupInfo: Codec<GroupInfo> = {
  read(r) {
    const at = r.offset
    const value = fields.read(r)
    return { ...value, wire: r.since(at) }
  },
  write: (w, { wire }) => w.octets(wire),
}

const label = 'GroupInfoTBS'

export function signGroupInfo(suite: Suite, signer: Signer, draft: ValueOf<typeof draftFields>): GroupInfo {
  const w = new Writer(1024)
  draftFields.write(w, draft)
  opaque.write(w, suite.sign(signer, label, w.finish()))
  return groupInfo.read(new Reader(w.finish()))
}

export function isSignedGroupInfo(suite: Suite, key: Uint8Array, { wire, signature }: GroupInfo): boolean {
  return suite.verify(
    key,
    label,
    wire.subarray(0, wire.length - signature.length - lengthOctets(signature.length)),
    signature,
  )
}
