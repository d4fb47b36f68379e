/** Parent hashes (RFC 9420 §7.9): a leaf signs the keys above it, and what lay beside them when they were set. @module */
import { encode, struct } from '@vagus/wire'
import { equalOctets } from './octets.ts'
import { type ParentNode, parentNodeOf } from './parent-node.ts'
import type { Node, RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { leafHash, parentNodeHash } from './tree-hash.ts'
import { isBelow, isLeaf, leafOf, leftOf, nodeOf, rightOf } from './tree-math.ts'
import { opaque } from './vectors.ts'

const parentHashInput = struct({ encryptionKey: opaque, parentHash: opaque, originalSiblingTreeHash: opaque })

/** @param siblingHash the tree hash of the other child, as it was when `parent` was set */
export function parentHashOf(
  suite: Suite,
  { encryptionKey, parentHash }: Pick<ParentNode, 'encryptionKey' | 'parentHash'>,
  siblingHash: Uint8Array,
): Uint8Array {
  return suite.hash(encode(parentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash: siblingHash }))
}

/** The hash of the subtree at `node`, as it was before the leaves `without` joined. */
function originalHash(suite: Suite, tree: RatchetTree, node: number, without: readonly number[]): Uint8Array {
  const joined = without.filter((leaf) => isBelow(leaf, node))
  if (joined.length === 0) return tree.hash(suite, node)
  if (isLeaf(node)) return leafHash(suite, leafOf(node), undefined)
  const parent = tree.parent(node)
  const original = parent && withoutUnmerged(parent, new Set(joined))
  const [left, right] = [leftOf(node), rightOf(node)]
  return parentNodeHash(
    suite,
    original,
    originalHash(suite, tree, left, joined),
    originalHash(suite, tree, right, joined),
  )
}

function withoutUnmerged(
  { encryptionKey, parentHash, unmergedLeaves }: ParentNode,
  joined: ReadonlySet<number>,
): ParentNode {
  return parentNodeOf(
    encryptionKey,
    parentHash,
    unmergedLeaves.filter((leaf) => !joined.has(leaf)),
  )
}

/**
 * What a new member must check (§7.9.2): above each parent there is exactly one node below it that was set with it.
 * @throws {RefusalError} `tree`
 */
export function checkParentHashes(suite: Suite, tree: RatchetTree): void {
  for (const [at, node] of tree.nodes.entries()) {
    if (node?.type !== 'parent') continue
    const [left, right] = [leftOf(at), rightOf(at)]
    const setWith = [...nodesSetWith(suite, tree, node, left, right), ...nodesSetWith(suite, tree, node, right, left)]
    if (setWith.length !== 1) {
      throw new RefusalError('tree', `no leaf vouches for the parent at node ${at} (RFC 9420 §7.9.2)`)
    }
  }
}

/** The node in the resolution of `child` with the parent hash of `parent`; besides it, there are only unmerged leaves. */
function nodesSetWith(
  suite: Suite,
  tree: RatchetTree,
  parent: ParentNode,
  child: number,
  sibling: number,
): readonly Node[] {
  const hash = parentHashOf(suite, parent, originalHash(suite, tree, sibling, parent.unmergedLeaves))
  const resolution = tree.resolutionOf(child)
  const unmerged = parent.unmergedLeaves.filter((leaf) => isBelow(leaf, child)).map(nodeOf)
  if (resolution.length !== unmerged.length + 1) return []
  const others = new Set(unmerged)
  const candidates = resolution.filter((each) => !others.has(each))
  if (candidates.length !== 1) return []
  const node = tree.nodes[candidates[0]!]!
  return equalOctets(parentHashIn(node), hash) ? [node] : []
}

const none = new Uint8Array(0)

function parentHashIn(node: Node): Uint8Array {
  if (node.type === 'parent') return node.parentHash
  return node.source.type === 'commit' ? node.source.parentHash : none
}
