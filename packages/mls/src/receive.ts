/** Opens what comes for a group, and sees who sent it (RFC 9420 §6). @module */
import { DecodeError } from '@vagus/wire'
import { type AuthenticatedContent, authenticatedOctets, isSignedContent, readAuthenticated } from './content.ts'
import { type Epoch, memberAt, type PastEpoch, type WaitingProposal } from './epoch.ts'
import { contentOf, externalSenders, extensionType } from './extension.ts'
import { limitsOf, type MlsHost } from './host.ts'
import type { Member } from './member.ts'
import { readMessage } from './message.ts'
import { equalOctets, textOf } from './octets.ts'
import { openPrivate, type PrivateMessage } from './private-message.ts'
import { isFromMember, type PublicMessage } from './public-message.ts'
import { checkProposal } from './proposal-rules.ts'
import type { Proposal } from './proposal.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { checkSupport } from './tree-rules.ts'

export interface ApplicationMessage {
  readonly data: Uint8Array
  readonly authenticatedData: Uint8Array
  /** As it was in the epoch of the message. */
  readonly sender: Member
  readonly epoch: bigint
  /** The place of the message among those of its sender in its epoch, from 0. */
  readonly generation: number
}

/** An application message; or a handshake message of this epoch whose signature fits. */
export type OpenedMessage =
  | { readonly type: 'application'; readonly message: ApplicationMessage }
  /** `use` is called once the rest of it is valid, too: it deletes the key. */
  | { readonly type: 'handshake'; readonly message: AuthenticatedContent; readonly use: () => void }

/** @throws {RefusalError}, {DecodeError} */
export function openMessage(epoch: Epoch, host: MlsHost, octets: Uint8Array): OpenedMessage {
  const { type, content } = readMessage(octets, limitsOf(host).messageOctets)
  if (type === 'privateMessage') return openPrivateMessage(epoch, host, content)
  if (type === 'publicMessage') {
    return { type: 'handshake', message: openPublicMessage(epoch, content), use: () => {} }
  }
  throw new RefusalError('malformed', `a ${type} is no message of a group`)
}

function checkGroup({ context }: Epoch, groupId: Uint8Array): void {
  if (!equalOctets(groupId, context.groupId)) throw new RefusalError('group', 'the message is for another group')
}

function openPrivateMessage(epoch: Epoch, host: MlsHost, message: PrivateMessage): OpenedMessage {
  checkGroup(epoch, message.groupId)
  const of = epochOfMessage(epoch, message)
  const opened = openPrivate(epoch.suite, of.messages, of.leaf, message, limitsOf(host))
  const sender = memberAt(of.tree, opened.leaf)
  if (!isSignedContent(epoch.suite, sender.signatureKey, opened.message, of.contextOctets)) {
    throw new RefusalError('signature', `the signature of leaf ${opened.leaf} does not fit`)
  }
  const { body, authenticatedData } = opened.message.content
  if (body.type !== 'application') return { type: 'handshake', message: opened.message, use: opened.use }
  opened.use()
  const { generation } = opened
  return {
    type: 'application',
    message: { data: body.data, authenticatedData: authenticatedData.slice(), sender, epoch: of.epoch, generation },
  }
}

/** The epoch whose keys the message has. Handshake messages of past ones mean nothing any more (§12.1). */
function epochOfMessage(epoch: Epoch, { epoch: wanted, contentType }: PrivateMessage): PastEpoch {
  if (wanted === epoch.epoch) return epoch
  const past = contentType === 'application' ? epoch.past.find((each) => each.epoch === wanted) : undefined
  if (past === undefined) throw otherEpoch(epoch, wanted)
  return past
}

const otherEpoch = (epoch: Epoch, wanted: bigint): RefusalError =>
  new RefusalError('epoch', `the message is of epoch ${wanted}; this is epoch ${epoch.epoch}`)

function openPublicMessage(epoch: Epoch, message: PublicMessage): AuthenticatedContent {
  const { suite, secrets, contextOctets, context } = epoch
  const { content, auth } = message
  checkGroup(epoch, content.groupId)
  if (content.epoch !== context.epoch) throw otherEpoch(epoch, content.epoch)
  if (content.body.type === 'application') {
    throw new RefusalError('malformed', 'application data is only sent encrypted (§6)')
  }
  if (content.sender.type === 'member') {
    if (content.sender.leaf === epoch.leaf) throw new RefusalError('sender', 'the message is from this member itself')
    if (!isFromMember(suite, secrets.membership, message, contextOctets)) {
      throw new RefusalError('signature', 'the membership tag does not fit: no member sent this (§6.2)')
    }
  }
  const value: AuthenticatedContent = { format: 'public', content, auth }
  if (!isSignedContent(suite, signatureKeyOf(epoch, value), value, contextOctets)) {
    throw new RefusalError('signature', 'the signature of the message does not fit (§6.1)')
  }
  return value
}

/** The key of the sender of a public message (§6.1). */
function signatureKeyOf({ tree, context }: Epoch, { content }: AuthenticatedContent): Uint8Array {
  const { sender, body } = content
  if (sender.type === 'member') return memberAt(tree, sender.leaf).signatureKey
  if (sender.type === 'new_member_commit' && body.type === 'commit') {
    if (body.commit.path === undefined) throw new RefusalError('proposal', 'an external commit has a path (§12.4.3.2)')
    return body.commit.path.leafNode.signatureKey
  }
  if (body.type === 'proposal' && sender.type === 'new_member_proposal' && body.proposal.type === 'add') {
    return body.proposal.keyPackage.leafNode.signatureKey
  }
  if (body.type === 'proposal' && sender.type === 'external') {
    const senders = contentOf(context.extensions, extensionType.externalSenders, externalSenders) ?? []
    const found = senders[sender.index]
    if (found === undefined)
      throw new RefusalError('sender', `the group has no external sender ${sender.index} (§12.1.8)`)
    return found.signatureKey
  }
  throw new RefusalError('sender', `a ${sender.type} sends no such ${body.type} (§6)`)
}

/**
 * Keeps a proposal for a commit by reference.
 * @param now milliseconds since 1970
 * @throws {RefusalError} if it is invalid, or too many wait
 */
export function keepProposal(epoch: Epoch, host: MlsHost, message: AuthenticatedContent, now: number): WaitingProposal {
  const { suite, tree, context, waiting } = epoch
  const { sender, body } = message.content
  if (body.type !== 'proposal') throw new RangeError('only a proposal waits for a commit')
  const limit = limitsOf(host).proposals
  if (waiting.size >= limit) throw new RefusalError('limit', `at most ${limit} proposals wait in one epoch`)
  const lifetime = sender.type === 'member' && sender.leaf === epoch.leaf ? 'now' : 'slack'
  const situation = { suite, host, tree, groupId: context.groupId, now, lifetime } as const
  checkProposal(situation, { proposal: body.proposal, sender })
  checkSupportAfter(epoch, body.proposal)
  const kept = waitingOf(suite, authenticatedOctets(message))
  waiting.set(textOf(kept.reference), kept)
  return kept
}

/**
 * That all members would support what the group used after this one proposal: a proposal that everybody keeps and nobody
 * can commit would stop the group.
 */
function checkSupportAfter({ tree, context }: Epoch, proposal: Proposal): void {
  if (proposal.type === 'group_context_extensions') checkSupport(tree, proposal.extensions)
  if (proposal.type !== 'add' && proposal.type !== 'update') return
  const leaf = proposal.type === 'add' ? proposal.keyPackage.leafNode : proposal.leafNode
  checkSupport(tree, context.extensions, leaf)
}

/**
 * A proposal as it waits; it refers to `octets`, and not to the message that brought it.
 * @param octets written by `authenticatedOctets`
 * @throws {DecodeError}
 */
export function waitingOf(suite: Suite, octets: Uint8Array): WaitingProposal {
  const message = readAuthenticated(octets)
  const { sender, body } = message.content
  if (body.type !== 'proposal') throw new DecodeError('bad-value', 0, `a proposal waits, not a ${body.type}`)
  return { proposal: body.proposal, sender, reference: suite.reference('Proposal', octets), message }
}
