/** Takes a commit of another member, or of somebody who comes in by it (RFC 9420 §12.4.2). @module */
import { encode } from '@vagus/wire'
import { type Applied, applyProposals, changesOf } from './apply.ts'
import type { AuthenticatedContent, Sender } from './content.ts'
import { advance, type Epoch, epochOf, keptFrom, keysStillIn, memberAt } from './epoch.ts'
import { type GroupContext, groupContext } from './group-context.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { externalInitLabel, externalPairOf, noSecret } from './key-schedule.ts'
import { checkLeaf } from './leaf-rules.ts'
import { type Changes, type Member, memberOf } from './member.ts'
import { equalInConstantTime, noOctets, textOf } from './octets.ts'
import type { Commit } from './proposal.ts'
import { checkExternal, checkTogether, type CommittedProposal, type Situation } from './proposal-rules.ts'
import { pskSecretFor } from './find-psks.ts'
import { RefusalError } from './refusal.ts'
import { nodeOf } from './tree-math.ts'
import { checkPathKeys, checkSupport } from './tree-rules.ts'
import { mergePath, openPath, type UpdatePath } from './update-path.ts'

export type ProcessedCommit =
  | { readonly type: 'next'; readonly next: Epoch; readonly sender: Member; readonly changes: Changes }
  | { readonly type: 'removed'; readonly sender: Member }

/**
 * @param message whose signature was checked, with the key of its sender in this epoch or in its own path
 * @param now milliseconds since 1970
 * @throws {RefusalError}, {DecodeError}
 */
export function processCommit(
  epoch: Epoch,
  host: MlsHost,
  message: AuthenticatedContent,
  commit: Commit,
  now: number,
): ProcessedCommit {
  const { suite, context } = epoch
  const { sender } = message.content
  const situation: Situation = { suite, host, tree: epoch.tree, groupId: context.groupId, now, lifetime: 'slack' }
  const { list, checked } = resolved(epoch, commit, sender)
  if (sender.type === 'member') checkTogether(list, sender.leaf)
  else checkExternal(list)
  const applied = applyProposals(situation, context.extensions, list, checked)
  const { path } = commit
  if (path === undefined && applied.needsPath) throw new RefusalError('proposal', 'the commit needs a path (§12.4)')
  if (applied.removed.some(({ leaf }) => leaf === epoch.leaf)) {
    // Whether the rest of the commit is valid cannot be seen from outside.
    const by = sender.type === 'member' ? memberAt(epoch.tree, sender.leaf) : memberOf(epoch.leaf, path!.leafNode)
    return { type: 'removed', sender: by }
  }
  const from = sender.type === 'member' ? sender.leaf : applied.tree.freeLeaf(limitsOf(host).leaves)
  if (path !== undefined) takePath(situation, applied, path, from, previousLeaf(epoch, applied, sender, from))
  checkSupport(applied.tree, applied.extensions)
  const next = nextEpoch(epoch, host, message, applied, path, from)
  const committer = memberAt(applied.tree, from)
  const changes = changesOf(applied.tree, applied, path && sender.type === 'member' ? from : undefined)
  if (sender.type === 'member') return { type: 'next', next, sender: committer, changes }
  return { type: 'next', next, sender: committer, changes: { ...changes, added: [committer], external: true } }
}

/** The epoch after the commit; the tree of `applied` has its path already. */
function nextEpoch(
  epoch: Epoch,
  host: MlsHost,
  message: AuthenticatedContent,
  applied: Applied,
  path: UpdatePath | undefined,
  from: number,
): Epoch {
  const { suite, context, leaf } = epoch
  const { tree, extensions, newLeaves, kemOutput, psks } = applied
  const nextContext: GroupContext = {
    ...context,
    epoch: context.epoch + 1n,
    treeHash: tree.hash(suite),
    extensions,
  }
  const keys = keysAfter(epoch, applied)
  const opened = path && openPath(suite, tree, from, path, leaf, keys, newLeaves, encode(groupContext, nextContext))
  for (const [node, pair] of opened?.keys ?? []) keys.set(node, pair)
  const advanced = advance(suite, epoch, nextContext, message, {
    initSecret: kemOutput === undefined ? epoch.secrets.init : externalInitSecret(epoch, kemOutput),
    commitSecret: opened?.commitSecret ?? noSecret,
    pskSecret: pskSecretFor(suite, host, psks, epoch),
  })
  if (!equalInConstantTime(advanced.confirmationTag, message.auth.confirmationTag ?? noOctets)) {
    throw new RefusalError('signature', 'the confirmation tag does not fit: the committer sees another group (§12.4.2)')
  }
  return epochOf(suite, advanced, tree, leaf, keys, keptFrom(epoch, limitsOf(host)))
}

/** The proposals of a commit, with those that it only refers to. */
function resolved(epoch: Epoch, { proposals }: Commit, sender: Sender) {
  const checked = new Set<CommittedProposal>()
  const list = proposals.map((each): CommittedProposal => {
    if (each.type === 'proposal') return { proposal: each.proposal, sender }
    if (sender.type !== 'member') throw new RefusalError('proposal', 'an external commit has no references (§12.4.3.2)')
    const waiting = epoch.waiting.get(textOf(each.reference))
    if (waiting === undefined) throw new RefusalError('proposal', 'the commit refers to a proposal that is not here')
    checked.add(waiting)
    return waiting
  })
  return { list, checked }
}

/** The leaf that a path replaces: the committer's, or the one that it removes when it comes in again. */
function previousLeaf(epoch: Epoch, { tree, removed }: Applied, sender: Sender, from: number) {
  if (sender.type === 'member') return tree.leaf(from)
  const [old] = removed
  return old === undefined ? undefined : epoch.tree.leaf(old.leaf)
}

function takePath(
  { suite, host, groupId, now }: Situation,
  { tree, keys, newLeaves }: Applied,
  path: UpdatePath,
  from: number,
  previous: ReturnType<typeof previousLeaf>,
): void {
  const place = { groupId, leaf: from }
  checkLeaf(suite, host, path.leafNode, { source: 'commit', place, previous, now, lifetime: 'any' })
  checkPathKeys(keys, path, previous)
  mergePath(suite, tree, from, path, newLeaves)
}

/** The own keys that still stand in the tree; an update of this member that was committed brings its own. */
function keysAfter(epoch: Epoch, { tree, updated }: Applied) {
  const keys = keysStillIn(epoch.keys, tree)
  const update = updated.get(epoch.leaf)
  const pair = update === undefined ? undefined : epoch.ownUpdates.get(update)
  if (pair !== undefined) keys.set(nodeOf(epoch.leaf), pair)
  return keys
}

/** §8.3 */
function externalInitSecret({ suite, secrets }: Epoch, kemOutput: Uint8Array): Uint8Array {
  const context = suite.hpke.receiver(externalPairOf(suite, secrets), kemOutput, noOctets)
  if (context === undefined) throw new RefusalError('key', 'the external_init gives no secret')
  return context.exportSecret(externalInitLabel)
}
