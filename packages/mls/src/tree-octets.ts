/** A ratchet tree as on the wire (RFC 9420 §12.4.3.3): all nodes, without the blank ones at the end. @module */
import { type Codec, decode, DecodeError, encode, list } from '@vagus/wire'
import { leafNode } from './leaf-node.ts'
import { parentNode } from './parent-node.ts'
import { type Node, RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import { isLeaf, widthOf } from './tree-math.ts'
import { optional, vector } from './vectors.ts'

export const treeNode: Codec<Node> = {
  read(r) {
    const at = r.offset
    const type = r.uint8()
    if (type === 1) return leafNode.read(r)
    if (type === 2) return parentNode.read(r)
    throw new DecodeError('bad-value', at, `a node is 1 (leaf) or 2 (parent), not ${type}`)
  },
  write(w, value) {
    w.uint8(value.type === 'leaf' ? 1 : 2)
    w.octets(value.wire)
  },
}
const nodes = vector(list(optional(treeNode)))

export function treeOctets(tree: RatchetTree): Uint8Array {
  let last = tree.nodes.length
  while (last > 0 && tree.nodes[last - 1] === undefined) last--
  return encode(nodes, tree.nodes.slice(0, last))
}

/** @throws {DecodeError}; {RefusalError} `tree` or `limit` */
export function readTree(octets: Uint8Array, maxLeaves: number): RatchetTree {
  const read = decode(nodes, octets)
  if (read.length === 0 || read.at(-1) === undefined) {
    throw new RefusalError('tree', 'the last node of a tree is not blank (RFC 9420 §12.4.3.3)')
  }
  let leaves = 1
  while (widthOf(leaves) < read.length) leaves *= 2
  if (leaves > maxLeaves) throw new RefusalError('limit', `a group has at most ${maxLeaves} leaves, not ${leaves}`)
  for (const [at, each] of read.entries()) {
    if (each !== undefined && (each.type === 'leaf') !== isLeaf(at)) {
      throw new RefusalError('tree', `a ${each.type} stands at node ${at}`)
    }
  }
  return new RatchetTree([...read, ...Array.from<undefined>({ length: widthOf(leaves) - read.length })])
}
