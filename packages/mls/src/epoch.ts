/** All that a member has of one epoch, and how the next one follows from it (RFC 9420 §8). @module */
import { encode } from '@vagus/wire'
import type { AuthenticatedContent, Sender } from './content.ts'
import { type GroupContext, groupContext } from './group-context.ts'
import type { KeyPair } from './hpke.ts'
import { type EpochSecrets, epochSecretOf, joinerSecretOf, secretsOf } from './key-schedule.ts'
import type { MlsLimits } from './limits.ts'
import { type Member, memberOf } from './member.ts'
import { textOf } from './octets.ts'
import type { MessageSecrets } from './private-message.ts'
import type { Proposal } from './proposal.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import { SecretTree } from './secret-tree.ts'
import type { Suite } from './suite.ts'
import { confirmedHashOf, interimHashOf } from './transcript.ts'
import type { PathKeys } from './update-path.ts'

/** What opens late application messages of an epoch that is over. */
export interface PastEpoch {
  readonly epoch: bigint
  readonly contextOctets: Uint8Array
  readonly tree: RatchetTree
  readonly leaf: number
  readonly messages: MessageSecrets
}

/** A proposal that waits for a commit by reference. */
export interface WaitingProposal {
  readonly proposal: Proposal
  readonly sender: Sender
  readonly reference: Uint8Array
  readonly message: AuthenticatedContent
}

export interface Epoch extends PastEpoch {
  readonly suite: Suite
  readonly context: GroupContext
  readonly keys: PathKeys
  readonly secrets: EpochSecrets
  readonly interimTranscriptHash: Uint8Array
  readonly confirmationTag: Uint8Array
  /** The newest first. */
  readonly past: readonly PastEpoch[]
  /** Of earlier epochs (§8.6), the newest first. */
  readonly resumptions: readonly { readonly epoch: bigint; readonly secret: Uint8Array }[]
  /** By the text of their reference, in the order of arrival. Changed in place. */
  readonly waiting: Map<string, WaitingProposal>
  /** Keys of this member's own update proposals, by the text of the public key. Changed in place. */
  readonly ownUpdates: Map<string, KeyPair>
}

export interface Advanced {
  readonly context: GroupContext
  readonly contextOctets: Uint8Array
  readonly secrets: EpochSecrets
  readonly encryption: Uint8Array
  readonly joinerSecret: Uint8Array
  readonly confirmationTag: Uint8Array
  readonly interimTranscriptHash: Uint8Array
}

/** The secrets of the epoch that `commit` begins (§8, §8.2). */
export function advance(
  suite: Suite,
  before: { readonly interimTranscriptHash: Uint8Array },
  context: Omit<GroupContext, 'confirmedTranscriptHash'>,
  commit: Parameters<typeof confirmedHashOf>[2],
  from: { readonly initSecret: Uint8Array; readonly commitSecret: Uint8Array; readonly pskSecret: Uint8Array },
): Advanced {
  const confirmedTranscriptHash = confirmedHashOf(suite, before.interimTranscriptHash, commit)
  const next = { ...context, confirmedTranscriptHash }
  const contextOctets = encode(groupContext, next)
  const joinerSecret = joinerSecretOf(suite, from.initSecret, from.commitSecret, contextOctets)
  const { secrets, encryption } = secretsOf(suite, epochSecretOf(suite, joinerSecret, from.pskSecret, contextOctets))
  const confirmationTag = suite.mac(secrets.confirmation, confirmedTranscriptHash)
  const interimTranscriptHash = interimHashOf(suite, confirmedTranscriptHash, confirmationTag)
  return { context: next, contextOctets, secrets, encryption, joinerSecret, confirmationTag, interimTranscriptHash }
}

/** What stays while epochs pass. */
type Kept = Pick<Epoch, 'past' | 'resumptions'>

export const nothingKept: Kept = { past: [], resumptions: [] }

export function keptFrom(before: Epoch, limits: MlsLimits): Kept {
  const { epoch, contextOctets, tree, leaf, messages } = before
  return {
    past: [{ epoch, contextOctets, tree, leaf, messages }, ...before.past].slice(0, limits.pastEpochs),
    resumptions: [{ epoch, secret: before.secrets.resumption }, ...before.resumptions].slice(
      0,
      limits.resumptionSecrets,
    ),
  }
}

export function epochOf(
  suite: Suite,
  advanced: Omit<Advanced, 'joinerSecret'>,
  tree: RatchetTree,
  leaf: number,
  keys: PathKeys,
  kept: Kept,
): Epoch {
  const { context, contextOctets, secrets, encryption, confirmationTag, interimTranscriptHash } = advanced
  return {
    suite,
    epoch: context.epoch,
    context,
    contextOctets,
    tree,
    leaf,
    keys,
    secrets,
    messages: { senderData: secrets.senderData, tree: SecretTree.of(tree.leaves, encryption) },
    confirmationTag,
    interimTranscriptHash,
    ...kept,
    waiting: new Map(),
    ownUpdates: new Map(),
  }
}

/** Those of `keys` that still stand in `tree`. */
export function keysStillIn(keys: PathKeys, tree: RatchetTree): Map<number, KeyPair> {
  return new Map([...keys].filter(([node, { publicKey }]) => tree.nodes[node]?.keyText === textOf(publicKey)))
}

/** @throws {RefusalError} `sender` if there is none */
export function memberAt(tree: RatchetTree, leaf: number): Member {
  const node = tree.leaf(leaf)
  if (node === undefined) throw new RefusalError('sender', `there is no member at leaf ${leaf}`)
  return memberOf(leaf, node)
}
