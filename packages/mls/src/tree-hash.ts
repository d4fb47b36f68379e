/** Hashes of nodes (RFC 9420 §7.8). @module */
import type { LeafNode } from './leaf-node.ts'
import type { ParentNode } from './parent-node.ts'
import type { Suite } from './suite.ts'

const nodeType = { leaf: 1, parent: 2 } as const
const [absent, present] = [Uint8Array.of(0), Uint8Array.of(1)]
const leafAlone = (leaf: number, isThere: 0 | 1): Uint8Array =>
  Uint8Array.of(nodeType.leaf, leaf >>> 24, leaf >>> 16, leaf >>> 8, leaf, isThere)
const parentType = Uint8Array.of(nodeType.parent)
/** The length before a hash: 32 octets. */
const hashLength = Uint8Array.of(32)

export function leafHash(suite: Suite, leaf: number, node: LeafNode | undefined): Uint8Array {
  return node === undefined ? suite.hash(leafAlone(leaf, 0)) : suite.hash(leafAlone(leaf, 1), node.wire)
}

export function parentNodeHash(
  suite: Suite,
  node: ParentNode | undefined,
  left: Uint8Array,
  right: Uint8Array,
): Uint8Array {
  return node === undefined
    ? suite.hash(parentType, absent, hashLength, left, hashLength, right)
    : suite.hash(parentType, present, node.wire, hashLength, left, hashLength, right)
}
