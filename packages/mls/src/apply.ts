/** Applies the proposals of a commit to a tree (RFC 9420 §12.3). @module */
import type { Extension } from './extension.ts'
import { limitsOf } from './host.ts'
import type { KeyPackage } from './key-package.ts'
import { type Changes, type Member, memberOf } from './member.ts'
import { proposalTypes, type PskId } from './proposal.ts'
import { checkProposal, type CommittedProposal, leafChangedBy, type Situation } from './proposal-rules.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import { type KeysInUse, keysIn } from './tree-rules.ts'

export interface Applied {
  readonly tree: RatchetTree
  readonly extensions: readonly Extension[]
  readonly added: readonly { readonly leaf: number; readonly keyPackage: KeyPackage }[]
  readonly newLeaves: ReadonlySet<number>
  /** As they were. */
  readonly removed: readonly Member[]
  /** Leaves with an update, with the text of the new encryption key. */
  readonly updated: ReadonlyMap<number, string>
  readonly psks: readonly PskId[]
  /** Of an external commit. */
  readonly kemOutput: Uint8Array | undefined
  readonly needsPath: boolean
  readonly keys: KeysInUse
}

/**
 * @param at with the tree before, which stays as it is
 * @param checked those that were checked by themselves when they came
 * @throws {RefusalError} if a proposal is invalid, or two nodes have one key after all
 */
export function applyProposals(
  at: Situation,
  before: readonly Extension[],
  list: readonly CommittedProposal[],
  checked: ReadonlySet<CommittedProposal>,
): Applied {
  const limits = limitsOf(at.host)
  if (list.length > limits.proposals) {
    throw new RefusalError('limit', `a commit has at most ${limits.proposals} proposals, not ${list.length}`)
  }
  for (const each of list) if (!checked.has(each)) checkProposal(at, each)
  const tree = at.tree.copy()
  const updated = new Map<number, string>()
  const removed: Member[] = []
  const added: { leaf: number; keyPackage: KeyPackage }[] = []
  const psks: PskId[] = []
  let [extensions, kemOutput] = [before, undefined as Uint8Array | undefined]
  for (const each of list) {
    const { proposal } = each
    if (proposal.type === 'group_context_extensions')
      extensions = proposal.extensions.map(({ type, data }) => ({ type, data: data.slice() })) // not of the message
    else if (proposal.type === 'psk') psks.push(proposal.psk)
    else if (proposal.type === 'external_init') kemOutput = proposal.kemOutput
    else if (proposal.type === 'update') {
      const leaf = leafChangedBy(each)!
      tree.setLeaf(leaf, proposal.leafNode)
      tree.blankPath(leaf)
      updated.set(leaf, proposal.leafNode.keyText)
    }
  }
  for (const { proposal } of list) {
    if (proposal.type !== 'remove') continue
    removed.push(memberOf(proposal.removed, tree.leaf(proposal.removed)!))
    tree.removeLeaf(proposal.removed)
  }
  if (removed.length > 0) tree.truncate()
  for (const { proposal } of list) {
    if (proposal.type !== 'add') continue
    const leaf = tree.freeLeaf(limits.leaves)
    tree.addLeaf(leaf, proposal.keyPackage.leafNode)
    added.push({ leaf, keyPackage: proposal.keyPackage })
  }
  const keys = keysIn(tree)
  return {
    tree,
    extensions,
    added,
    newLeaves: new Set(added.map(({ leaf }) => leaf)),
    removed,
    updated,
    psks,
    kemOutput,
    needsPath: list.length === 0 || list.some(({ proposal }) => proposalTypes[proposal.type].needsPath),
    keys,
  }
}

/**
 * What the commit did.
 * @param tree after it
 * @param committer its leaf, if the commit has a path of a member
 */
export function changesOf(
  tree: RatchetTree,
  { added, removed, updated }: Pick<Applied, 'added' | 'removed' | 'updated'>,
  committer?: number,
): Changes {
  const at = (leaf: number): Member => memberOf(leaf, tree.leaf(leaf)!)
  return {
    added: added.map(({ leaf }) => at(leaf)),
    removed,
    updated: [...updated.keys(), ...(committer === undefined ? [] : [committer])].map(at),
    external: false,
  }
}
