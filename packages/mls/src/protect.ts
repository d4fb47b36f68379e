/** Sends content of this member: signed, and encrypted or tagged (RFC 9420 §6). @module */
import type { Signer } from '@vagus/identity'
import { type AuthenticatedContent, type Body, contentOf, signContent } from './content.ts'
import type { Epoch } from './epoch.ts'
import { messageOctets } from './message.ts'
import { noOctets } from './octets.ts'
import { sealPrivate } from './private-message.ts'
import { membershipTagOf } from './public-message.ts'

export type Form = 'private' | 'public'

/** Without a confirmation tag. */
export function signedBy(
  epoch: Epoch,
  signer: Signer,
  form: Form,
  body: Body,
  authenticatedData: Uint8Array = noOctets,
): AuthenticatedContent {
  const { suite, context, contextOctets, leaf } = epoch
  const { groupId, epoch: number } = context
  const content = contentOf({ groupId, epoch: number, sender: { type: 'member', leaf }, authenticatedData, body })
  const signature = signContent(suite, signer, form, content, contextOctets)
  return { format: form, content, auth: { signature, confirmationTag: undefined } }
}

/** @param random 4 fresh octets, of a private message */
export function protectedOctets(epoch: Epoch, value: AuthenticatedContent, random: Uint8Array, padTo = 1): Uint8Array {
  const { suite, secrets, messages, contextOctets, leaf } = epoch
  if (value.format === 'private') {
    return messageOctets({
      type: 'privateMessage',
      content: sealPrivate(suite, messages, leaf, value, random, padTo),
    })
  }
  const { content, auth } = value
  const membershipTag = membershipTagOf(suite, secrets.membership, value, contextOctets)
  return messageOctets({ type: 'publicMessage', content: { content, auth, membershipTag } })
}
