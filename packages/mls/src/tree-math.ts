/**
 * Indexes of a complete binary tree in an array (RFC 9420 appendix C): the leaf i stands at 2i, and a parent between its
 * children. The number of leaves is a power of two.
 * @module
 */

export const nodeOf = (leaf: number): number => 2 * leaf
export const leafOf = (node: number): number => node >> 1
export const isLeaf = (node: number): boolean => (node & 1) === 0

/** Levels above the leaves: the trailing ones of the index. */
const levelOf = (node: number): number => 31 - Math.clz32(~node & (node + 1))

export const rootOf = (leaves: number): number => leaves - 1
export const widthOf = (leaves: number): number => 2 * leaves - 1

/** Of a parent. */
export const leftOf = (node: number): number => node ^ (1 << (levelOf(node) - 1))
export const rightOf = (node: number): number => node ^ (3 << (levelOf(node) - 1))

/** Of a node that is not the root. */
export function parentOf(node: number): number {
  const level = levelOf(node)
  return (node | (1 << level)) & ~(1 << (level + 1))
}

export const siblingOf = (node: number): number => {
  const parent = parentOf(node)
  return node < parent ? rightOf(parent) : leftOf(parent)
}

/** From the parent of `node` to the root; empty for the root. */
export function directPathOf(node: number, leaves: number): number[] {
  const root = rootOf(leaves)
  const path: number[] = []
  for (let at = node; at !== root;) path.push((at = parentOf(at)))
  return path
}

/** The first and the last leaf below `node`, itself if it is one. */
function leavesBelow(node: number): readonly [first: number, last: number] {
  const half = (1 << levelOf(node)) - 1
  return [(node - half) >> 1, (node + half) >> 1]
}

export function isBelow(leaf: number, node: number): boolean {
  const [first, last] = leavesBelow(node)
  return first <= leaf && leaf <= last
}

/** The lowest node above both leaves, which differ. */
export function commonAncestorOf(a: number, b: number): number {
  let at = parentOf(nodeOf(a))
  while (!isBelow(b, at)) at = parentOf(at)
  return at
}
