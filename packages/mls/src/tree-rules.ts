/** What must be true of a tree as a whole (RFC 9420 §7.3, §12.4.3.1, §13.4). @module */
import { credentialNumber } from './credential.ts'
import { contentOf, type Extension, extensionType, isDefaultExtension, requiredCapabilities } from './extension.ts'
import { checkLeaf } from './leaf-rules.ts'
import type { LeafNode } from './leaf-node.ts'
import type { MlsHost } from './host.ts'
import { checkParentHashes } from './parent-hash.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { textOf } from './octets.ts'
import type { UpdatePath } from './update-path.ts'
import { directPathOf, isBelow, nodeOf } from './tree-math.ts'

/** The keys in use, by their texts. */
export interface KeysInUse {
  readonly encryption: Set<string>
  readonly signature: Set<string>
}

/** @throws {RefusalError} `key` if two nodes have one key */
export function keysIn(tree: RatchetTree): KeysInUse {
  const keys: KeysInUse = { encryption: new Set(), signature: new Set() }
  let [encryption, signature] = [0, 0]
  for (const node of tree.nodes) {
    if (node === undefined) continue
    keys.encryption.add(node.keyText)
    encryption++
    if (node.type === 'parent') continue
    keys.signature.add(node.signatureText)
    signature++
  }
  if (keys.encryption.size < encryption) throw new RefusalError('key', 'two nodes have the same encryption key (§7.3)')
  if (keys.signature.size < signature) throw new RefusalError('key', 'two members have the same signature key (§7.3)')
  return keys
}

/** That a path brings only new keys (§12.4.2). @throws {RefusalError} `key` */
export function checkPathKeys(
  { encryption, signature }: KeysInUse,
  { leafNode, nodes }: UpdatePath,
  previous: LeafNode | undefined,
): void {
  const path = [leafNode.keyText, ...nodes.map(({ encryptionKey }) => textOf(encryptionKey))]
  if (new Set(path).size < path.length || path.some((key) => encryption.has(key))) {
    throw new RefusalError('key', 'the path has an encryption key that is in the tree already (§12.4.2)')
  }
  if (leafNode.signatureText !== previous?.signatureText && signature.has(leafNode.signatureText)) {
    throw new RefusalError('key', 'the leaf has the signature key of another member (§7.3)')
  }
}

/**
 * That all members, and `another`, support what the group uses: its extensions, what it requires, and each other's
 * credentials.
 * @throws {RefusalError} `unsupported`; {DecodeError} on extensions that cannot be read
 */
export function checkSupport(tree: RatchetTree, extensions: readonly Extension[], another?: LeafNode): void {
  const required = contentOf(extensions, extensionType.requiredCapabilities, requiredCapabilities)
  const wanted = {
    extensions: [...extensions.map(({ type }) => type), ...(required?.extensions ?? [])].filter(
      (type) => !isDefaultExtension(type),
    ),
    proposals: (required?.proposals ?? []).filter((type) => type < 1 || type > 7),
    credentials: new Set(required?.credentials),
  }
  const leaves: (readonly [name: string, LeafNode])[] = another === undefined ? [] : [['the new leaf', another]]
  for (const [leaf, node] of tree.members()) leaves.push([`leaf ${leaf}`, node])
  for (const [, { credential }] of leaves) wanted.credentials.add(credentialNumber(credential))
  for (const [name, { capabilities }] of leaves) {
    for (const what of ['extensions', 'proposals', 'credentials'] as const)
      for (const type of wanted[what])
        if (!capabilities[what].includes(type))
          throw new RefusalError('unsupported', `${name} does not support ${type} of the ${what} (§7.3)`)
  }
}

/**
 * All that a new member must check of a tree (§12.4.3.1), except that it is the one of the group.
 * @throws {RefusalError}
 */
export function checkJoinedTree(
  suite: Suite,
  host: MlsHost,
  tree: RatchetTree,
  groupId: Uint8Array,
  extensions: readonly Extension[],
  now: number,
): void {
  checkUnmerged(tree)
  keysIn(tree)
  checkSupport(tree, extensions)
  checkParentHashes(suite, tree)
  for (const [leaf, node] of tree.members())
    checkLeaf(suite, host, node, { source: node.source.type, place: { groupId, leaf }, now, lifetime: 'any' })
}

function checkUnmerged(tree: RatchetTree): void {
  const unmerged = tree.nodes.map((node) => (node?.type === 'parent' ? new Set(node.unmergedLeaves) : undefined))
  for (const [at, node] of tree.nodes.entries()) {
    if (node?.type !== 'parent') continue
    for (const leaf of node.unmergedLeaves) {
      if (!isBelow(leaf, at) || tree.leaf(leaf) === undefined) {
        throw new RefusalError('tree', `the unmerged leaf ${leaf} is no member below node ${at} (§12.4.3.1)`)
      }
      for (const between of directPathOf(nodeOf(leaf), tree.leaves)) {
        if (between === at) break
        if (unmerged[between]?.has(leaf) === false) {
          throw new RefusalError('tree', `leaf ${leaf} is unmerged at node ${at}, and not at ${between} (§12.4.3.1)`)
        }
      }
    }
  }
}
