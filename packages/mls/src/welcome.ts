/** What brings new members in (RFC 9420 §12.4.3.1). @module */
import { struct, uint16, type ValueOf } from '@vagus/wire'
import { pskId } from './proposal.ts'
import { hpkeCiphertext } from './update-path.ts'
import { opaque, optional, vectorOf } from './vectors.ts'

export const groupSecrets = struct({
  joinerSecret: opaque,
  pathSecret: optional(opaque),
  psks: vectorOf(pskId),
})

const encryptedGroupSecrets = struct({ newMember: opaque, encryptedGroupSecrets: hpkeCiphertext })
export const welcome = struct({
  cipherSuite: uint16,
  secrets: vectorOf(encryptedGroupSecrets),
  encryptedGroupInfo: opaque,
})
export type Welcome = ValueOf<typeof welcome>
