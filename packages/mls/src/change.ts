/** What a member wants changed, as a proposal (RFC 9420 §12.1). @module */
import type { Draws } from './draws.ts'
import type { Epoch } from './epoch.ts'
import type { Extension } from './extension.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { signLeaf } from './leaf-node.ts'
import { readOne } from './message.ts'
import type { Proposal } from './proposal.ts'
import { textOf } from './octets.ts'

export type Change =
  /** @param keyPackage the message that `createKeyPackage` gave the new member */
  | { readonly type: 'add'; readonly keyPackage: Uint8Array }
  | { readonly type: 'remove'; readonly leaf: number }
  /** Fresh keys for the own leaf. Only in a proposal: a commit with a path has it anyway. */
  | { readonly type: 'update' }
  /** Mixes the external pre-shared key `id` into the next epoch. */
  | { readonly type: 'psk'; readonly id: Uint8Array }
  /** Mixes the secret of an earlier epoch of this group into the next. */
  | { readonly type: 'resumption'; readonly epoch: bigint }
  /** Replaces the extensions of the group. */
  | { readonly type: 'extensions'; readonly extensions: readonly Extension[] }

/** @throws {DecodeError} or {RefusalError} on a key package that is none */
export function proposalOf(epoch: Epoch, host: MlsHost, change: Change, draws: Draws): Proposal {
  const { groupId } = epoch.context
  if (change.type === 'add') {
    const keyPackage = readOne(change.keyPackage, 'keyPackage', limitsOf(host).messageOctets)
    return { type: 'add', keyPackage }
  }
  if (change.type === 'remove') return { type: 'remove', removed: change.leaf }
  if (change.type === 'psk') {
    return { type: 'psk', psk: { type: 'external', pskId: change.id, nonce: draws.next() } }
  }
  if (change.type === 'resumption') {
    const { epoch: number } = change
    const psk = { type: 'resumption', usage: 'application', groupId, epoch: number, nonce: draws.next() } as const
    return { type: 'psk', psk }
  }
  if (change.type === 'extensions') return { type: 'group_context_extensions', extensions: change.extensions }
  return { type: 'update', leafNode: updatedLeaf(epoch, host, draws) }
}

/** The own leaf with a fresh key, which the epoch keeps until the update is committed. */
function updatedLeaf(epoch: Epoch, host: MlsHost, draws: Draws) {
  const { suite, tree, leaf, context } = epoch
  const { credential, capabilities, extensions } = tree.leaf(leaf)!
  const pair = suite.hpke.keyPairOf(draws.next())
  epoch.ownUpdates.set(textOf(pair.publicKey), pair)
  return signLeaf(
    suite,
    host.signer,
    {
      encryptionKey: pair.publicKey,
      signatureKey: host.signer.publicKey,
      credential,
      capabilities,
      source: { type: 'update' },
      extensions,
    },
    { groupId: context.groupId, leaf },
  )
}
