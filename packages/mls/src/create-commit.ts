/** Makes a commit and the welcome of those whom it adds (RFC 9420 §12.4.1). @module */
import type { Signer } from '@vagus/identity'
import { encode } from '@vagus/wire'
import { type Applied, applyProposals, changesOf } from './apply.ts'
import { type Change, proposalOf } from './change.ts'
import { chosenProposals } from './chosen-proposals.ts'
import type { AuthenticatedContent } from './content.ts'
import { Draws } from './draws.ts'
import { advance, type Epoch, epochOf, keptFrom, keysStillIn } from './epoch.ts'
import { groupContext } from './group-context.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { noSecret } from './key-schedule.ts'
import type { Changes } from './member.ts'
import { checkTogether, type CommittedProposal, type Situation } from './proposal-rules.ts'
import type { ProposalOrReference } from './proposal.ts'
import { type Form, protectedOctets, signedBy } from './protect.ts'
import { pskSecretFor } from './find-psks.ts'
import { checkSupport } from './tree-rules.ts'
import { makePath, type OwnPath } from './update-path.ts'
import { welcomeFor } from './create-welcome.ts'

export interface CommitOptions {
  /** Proposed and committed at once. */
  readonly changes?: readonly Change[]
  /** Which of the proposals received in this epoch: `all` that may be committed together (default), or `none`. */
  readonly received?: 'all' | 'none'
  /** Fresh keys for the own leaf and its ancestors: `always` (default), or where RFC 9420 §12.4 requires it. */
  readonly path?: 'always' | 'if-required'
  /** Encrypted (default), or readable for whoever carries it. */
  readonly form?: Form
  /** Whether the welcome carries the tree (default), or `Group.tree` is brought to the new members otherwise. */
  readonly tree?: 'in-welcome' | 'apart'
  readonly authenticatedData?: Uint8Array
  /** A new key for the signatures of this member, from the next epoch on; the commit then has a path. */
  readonly signer?: Signer
  /** 32 fresh random octets, never used twice. */
  readonly random: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface CreatedCommit {
  readonly message: Uint8Array
  readonly welcome: Uint8Array | undefined
  readonly next: Epoch
  readonly changes: Changes
}

/** @throws {RefusalError} if the proposals are not valid together */
export function createCommit(epoch: Epoch, host: MlsHost, options: CommitOptions): CreatedCommit {
  const { suite, context, leaf } = epoch
  const draws = new Draws(suite.crypto, options.random)
  const { list, entries, checked } = proposalsFor(epoch, host, options, draws)
  checkTogether(list, leaf)
  const { groupId } = context
  const situation: Situation = { suite, host, tree: epoch.tree, groupId, now: options.now, lifetime: 'now' }
  const applied = applyProposals(situation, context.extensions, list, checked)
  const { tree } = applied
  const signer = options.signer ?? host.signer
  const hasPath = applied.needsPath || options.path !== 'if-required' || signer !== host.signer
  const own = hasPath ? ownPath(epoch, signer, applied, draws) : undefined
  checkSupport(tree, applied.extensions)
  const nextContext = {
    ...context,
    epoch: context.epoch + 1n,
    treeHash: tree.hash(suite),
    extensions: applied.extensions,
  }
  const path = own?.encrypt(encode(groupContext, nextContext))
  const signed = signedBy(
    epoch,
    host.signer,
    options.form ?? 'private',
    { type: 'commit', commit: { proposals: entries, path } },
    options.authenticatedData,
  )
  const pskSecret = pskSecretFor(suite, host, applied.psks, epoch)
  const advanced = advance(suite, epoch, nextContext, signed, {
    initSecret: epoch.secrets.init,
    commitSecret: own?.commitSecret ?? noSecret,
    pskSecret,
  })
  const message: AuthenticatedContent = {
    ...signed,
    auth: { ...signed.auth, confirmationTag: advanced.confirmationTag },
  }
  const keys = new Map([...keysStillIn(epoch.keys, tree), ...(own?.keys ?? [])])
  const next = epochOf(suite, advanced, tree, leaf, keys, keptFrom(epoch, limitsOf(host)))
  const joining = { joinerSecret: advanced.joinerSecret, pskSecret }
  return {
    message: protectedOctets(epoch, message, draws.next()),
    welcome: welcomeFor(next, { ...host, signer }, applied, joining, own, options.tree, draws),
    next,
    changes: changesOf(tree, applied, own && leaf),
  }
}

function proposalsFor(epoch: Epoch, host: MlsHost, options: CommitOptions, draws: Draws) {
  const { leaf } = epoch
  const byValue = (options.changes ?? []).map((change): CommittedProposal => {
    if (change.type === 'update') throw new RangeError('a commit renews the own leaf by its path, not by an update')
    return { proposal: proposalOf(epoch, host, change, draws), sender: { type: 'member', leaf } }
  })
  const own = byValue.map(({ proposal }) => proposal)
  const waiting =
    options.received === 'none'
      ? []
      : chosenProposals(epoch, host, {
          added: own.flatMap((each) => (each.type === 'add' ? [each.keyPackage.leafNode] : [])),
          removed: new Set(own.flatMap((each) => (each.type === 'remove' ? [each.removed] : []))),
          extensions: own.some(({ type }) => type === 'group_context_extensions') ? 'some' : 'none',
        })
  const entries: ProposalOrReference[] = [
    ...waiting.map(({ reference }) => ({ type: 'reference', reference }) as const),
    ...own.map((proposal) => ({ type: 'proposal', proposal }) as const),
  ]
  return { list: [...waiting, ...byValue], entries, checked: new Set<CommittedProposal>(waiting) }
}

function ownPath(epoch: Epoch, signer: Signer, { tree, newLeaves }: Applied, draws: Draws): OwnPath {
  const { suite, leaf, context } = epoch
  const { credential, capabilities, extensions } = tree.leaf(leaf)!
  const draft = { signatureKey: signer.publicKey, credential, capabilities, extensions }
  return makePath(suite, tree, { groupId: context.groupId, leaf }, draft, signer, draws, newLeaves)
}
