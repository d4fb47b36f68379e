/**
 * The ratchet tree (RFC 9420 §4, §7): members at the leaves, keys of subtrees above. Nodes are never changed in place,
 * so that a copy costs two arrays of pointers, and hashes of subtrees that a commit does not touch go along with it: a
 * commit hashes as many nodes as the tree has levels.
 * @module
 */
import type { LeafNode } from './leaf-node.ts'
import { type ParentNode, parentNodeOf } from './parent-node.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { leafHash, parentNodeHash } from './tree-hash.ts'
import { directPathOf, isLeaf, leafOf, leftOf, nodeOf, rightOf, rootOf, siblingOf, widthOf } from './tree-math.ts'

export type Node = LeafNode | ParentNode

export class RatchetTree {
  readonly #nodes: (Node | undefined)[]
  readonly #hashes: (Uint8Array | undefined)[]
  #members: number
  /** No leaf before this one is blank. */
  #blankFrom = 0

  /** @param nodes as many as a full tree has (`widthOf`) */
  constructor(nodes: readonly (Node | undefined)[], hashes: readonly (Uint8Array | undefined)[] = []) {
    this.#nodes = nodes.slice()
    this.#hashes = hashes.slice()
    this.#members = nodes.reduce((count, node) => count + (node?.type === 'leaf' ? 1 : 0), 0)
  }

  copy(): RatchetTree {
    return new RatchetTree(this.#nodes, this.#hashes)
  }

  /** Leaves, blank ones included. */
  get leaves(): number {
    return (this.#nodes.length + 1) / 2
  }

  get memberCount(): number {
    return this.#members
  }

  get nodes(): readonly (Node | undefined)[] {
    return this.#nodes
  }

  /** `undefined` if it is blank or not in the tree. */
  leaf(leaf: number): LeafNode | undefined {
    const node = this.#nodes[nodeOf(leaf)]
    return node?.type === 'leaf' ? node : undefined
  }

  parent(node: number): ParentNode | undefined {
    const found = this.#nodes[node]
    return found?.type === 'parent' ? found : undefined
  }

  *members(): Generator<readonly [leaf: number, LeafNode]> {
    for (let leaf = 0; leaf < this.leaves; leaf++) {
      const node = this.leaf(leaf)
      if (node !== undefined) yield [leaf, node]
    }
  }

  /** The leftmost blank leaf; without one, the tree doubles (§7.7). @throws {RefusalError} `limit` */
  freeLeaf(maxLeaves: number): number {
    while (this.#blankFrom < this.leaves && this.leaf(this.#blankFrom) !== undefined) this.#blankFrom++
    const leaf = this.#blankFrom
    if (leaf === this.leaves) {
      if (2 * leaf > maxLeaves) throw new RefusalError('limit', `a group has at most ${maxLeaves} leaves`)
      this.#nodes.length = widthOf(2 * leaf)
      this.#nodes.fill(undefined, widthOf(leaf))
    }
    return leaf
  }

  /** As by an Add (§12.1.1): the parents above stay, and do not know the new leaf. */
  addLeaf(leaf: number, node: LeafNode): void {
    this.setLeaf(leaf, node)
    for (const above of directPathOf(nodeOf(leaf), this.leaves)) {
      const parent = this.parent(above)
      if (parent === undefined) continue
      const unmerged = [...parent.unmergedLeaves, leaf].sort((a, b) => a - b)
      this.#nodes[above] = parentNodeOf(parent.encryptionKey, parent.parentHash, unmerged)
    }
  }

  /** The leaf alone. */
  setLeaf(leaf: number, node: LeafNode): void {
    if (this.leaf(leaf) === undefined) this.#members++
    this.#nodes[nodeOf(leaf)] = node
    this.#touch(leaf)
  }

  setParent(node: number, parent: ParentNode): void {
    this.#nodes[node] = parent
  }

  /** As by a Remove (§12.1.3), before the tree is cut. */
  removeLeaf(leaf: number): void {
    this.#nodes[nodeOf(leaf)] = undefined
    this.#members--
    this.#blankFrom = Math.min(this.#blankFrom, leaf)
    this.blankPath(leaf)
  }

  blankPath(leaf: number): void {
    for (const above of directPathOf(nodeOf(leaf), this.leaves)) this.#nodes[above] = undefined
    this.#touch(leaf)
  }

  /** Cuts right halves without members (§7.7). */
  truncate(): void {
    let last = this.leaves - 1
    while (last > 0 && this.leaf(last) === undefined) last--
    let leaves = this.leaves
    while (leaves > 1 && last < leaves / 2) leaves /= 2
    this.#nodes.length = widthOf(leaves)
    this.#hashes.length = Math.min(this.#hashes.length, widthOf(leaves))
    this.#blankFrom = Math.min(this.#blankFrom, leaves)
  }

  /** The nodes that together reach all members below `node` (§4.1.1). */
  resolutionOf(node: number, into: number[] = []): number[] {
    const found = this.#nodes[node]
    if (found?.type === 'parent') {
      into.push(node)
      for (const leaf of found.unmergedLeaves) into.push(nodeOf(leaf))
    } else if (found !== undefined) into.push(node)
    else if (!isLeaf(node)) {
      this.resolutionOf(leftOf(node), into)
      this.resolutionOf(rightOf(node), into)
    }
    return into
  }

  isEmptyBelow(node: number): boolean {
    if (this.#nodes[node] !== undefined) return false
    return isLeaf(node) || (this.isEmptyBelow(leftOf(node)) && this.isEmptyBelow(rightOf(node)))
  }

  /**
   * The parents that a path from `leaf` sets, from below, each with its child that is not on the path (§4.1.2). Those
   * without anybody below that child are left out.
   */
  filteredPathOf(leaf: number): readonly { readonly node: number; readonly copath: number }[] {
    const path: { node: number; copath: number }[] = []
    let below = nodeOf(leaf)
    for (const node of directPathOf(below, this.leaves)) {
      const copath = siblingOf(below)
      if (!this.isEmptyBelow(copath)) path.push({ node, copath })
      below = node
    }
    return path
  }

  /** §7.8; the hash of the whole tree by default. */
  hash(suite: Suite, node = rootOf(this.leaves)): Uint8Array {
    const known = this.#hashes[node]
    if (known !== undefined) return known
    const hash = isLeaf(node)
      ? leafHash(suite, leafOf(node), this.leaf(leafOf(node)))
      : parentNodeHash(suite, this.parent(node), this.hash(suite, leftOf(node)), this.hash(suite, rightOf(node)))
    this.#hashes[node] = hash
    return hash
  }

  /** What stands at or above `leaf` has other hashes from now on. */
  #touch(leaf: number): void {
    this.#hashes[nodeOf(leaf)] = undefined
    for (const above of directPathOf(nodeOf(leaf), this.leaves)) this.#hashes[above] = undefined
  }
}
