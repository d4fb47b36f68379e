/** A message that whoever carries it can read (RFC 9420 §6.2). @module */
import { type Codec, Writer } from '@vagus/wire'
import { type Auth, type AuthenticatedContent, authOf, content, type Content, signedOctets } from './content.ts'
import { equalInConstantTime } from './octets.ts'
import type { Suite } from './suite.ts'
import { opaque } from './vectors.ts'

export interface PublicMessage {
  readonly content: Content
  readonly auth: Auth
  /** Of a member. */
  readonly membershipTag: Uint8Array | undefined
}

export const publicMessage: Codec<PublicMessage> = {
  read(r) {
    const value = content.read(r)
    const auth = authOf(value.body.type).read(r)
    return { content: value, auth, membershipTag: value.sender.type === 'member' ? opaque.read(r) : undefined }
  },
  write(w, { content: value, auth, membershipTag }) {
    content.write(w, value)
    authOf(value.body.type).write(w, auth)
    if (membershipTag !== undefined) opaque.write(w, membershipTag)
  },
}

/** @param context the group context as on the wire */
export function membershipTagOf(
  suite: Suite,
  membershipKey: Uint8Array,
  { content: value, auth }: Pick<AuthenticatedContent, 'content' | 'auth'>,
  context: Uint8Array,
): Uint8Array {
  const w = new Writer(128)
  authOf(value.body.type).write(w, auth)
  return suite.mac(membershipKey, signedOctets('public', value, context), w.finish())
}

export function isFromMember(
  suite: Suite,
  membershipKey: Uint8Array,
  message: PublicMessage,
  context: Uint8Array,
): boolean {
  const expected = membershipTagOf(suite, membershipKey, message, context)
  return message.membershipTag !== undefined && equalInConstantTime(expected, message.membershipTag)
}
