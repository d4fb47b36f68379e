/** An update path (RFC 9420 §7.5, §7.6): fresh keys from a leaf to the root, and their secrets for everybody else. @module */
import type { Signer } from '@vagus/identity'
import { struct, type ValueOf } from '@vagus/wire'
import type { Draws } from './draws.ts'
import type { KeyPair } from './hpke.ts'
import { type LeafDraft, leafNode, type LeafNode, type LeafPlace, signLeaf } from './leaf-node.ts'
import { equalOctets, noOctets } from './octets.ts'
import { parentHashOf } from './parent-hash.ts'
import { parentNodeOf } from './parent-node.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { isBelow, nodeOf } from './tree-math.ts'
import { opaque, vectorOf } from './vectors.ts'

export const hpkeCiphertext = struct({ kemOutput: opaque, ciphertext: opaque })
const updatePathNode = struct({ encryptionKey: opaque, encryptedPathSecrets: vectorOf(hpkeCiphertext) })
export const updatePath = struct({ leafNode, nodes: vectorOf(updatePathNode) })
export type UpdatePath = ValueOf<typeof updatePath>

const encryptionLabel = 'UpdatePathNode'

/** The private keys that one member has, by node (§4.2). Never changed in place: each epoch has its own. */
export type PathKeys = ReadonlyMap<number, KeyPair>

/** Secrets that follow from a path secret: those of the nodes above, and the commit secret behind the last one. */
export interface PathSecrets {
  readonly keys: Map<number, KeyPair>
  readonly secrets: ReadonlyMap<number, Uint8Array>
  readonly commitSecret: Uint8Array
}

/** @param nodes from the one whose secret it is to the root, along the filtered path */
export function followPath(suite: Suite, nodes: readonly number[], first: Uint8Array): PathSecrets {
  const keys = new Map<number, KeyPair>()
  const secrets = new Map<number, Uint8Array>()
  let secret = first
  for (const node of nodes) {
    secrets.set(node, secret)
    keys.set(node, suite.hpke.keyPairOf(suite.deriveSecret(secret, 'node')))
    secret = suite.deriveSecret(secret, 'path')
  }
  return { keys, secrets, commitSecret: secret }
}

/**
 * Sets the keys of a path in `tree`, with their parent hashes, and blanks what the path leaves out.
 * @returns the parent hash for the leaf
 */
function setPath(suite: Suite, tree: RatchetTree, leaf: number, publicKeys: readonly Uint8Array[]): Uint8Array {
  const path = tree.filteredPathOf(leaf)
  tree.blankPath(leaf)
  let parentHash = noOctets
  for (let index = path.length - 1; index >= 0; index--) {
    const { node, copath } = path[index]!
    const parent = parentNodeOf(publicKeys[index]!, parentHash, [])
    tree.setParent(node, parent)
    parentHash = parentHashOf(suite, parent, tree.hash(suite, copath))
  }
  return parentHash
}

export interface OwnPath extends PathSecrets {
  readonly leafNode: LeafNode
  /** Encrypts the secrets under the group context that includes the tree with this path. */
  readonly encrypt: (context: Uint8Array) => UpdatePath
}

/**
 * Makes a path from `leaf` and sets it in `tree`.
 * @param newLeaves added by the same commit: they learn their secret by a welcome
 */
export function makePath(
  suite: Suite,
  tree: RatchetTree,
  place: LeafPlace,
  draft: Omit<LeafDraft, 'source' | 'encryptionKey'>,
  signer: Signer,
  draws: Draws,
  newLeaves: ReadonlySet<number>,
): OwnPath {
  const { leaf } = place
  const path = tree.filteredPathOf(leaf)
  const nodes = path.map(({ node }) => node)
  const followed = followPath(suite, nodes, draws.next())
  const pair = suite.hpke.keyPairOf(draws.next())
  const publicKeys = nodes.map((node) => followed.keys.get(node)!.publicKey)
  const parentHash = setPath(suite, tree, leaf, publicKeys)
  const signed = signLeaf(
    suite,
    signer,
    { ...draft, encryptionKey: pair.publicKey, source: { type: 'commit', parentHash } },
    place,
  )
  tree.setLeaf(leaf, signed)
  followed.keys.set(nodeOf(leaf), pair)
  return {
    ...followed,
    leafNode: signed,
    encrypt(context) {
      const info = suite.encryptionInfo(encryptionLabel, context)
      return {
        leafNode: signed,
        nodes: path.map(({ node, copath }, index) => ({
          encryptionKey: publicKeys[index]!,
          encryptedPathSecrets: recipientsOf(tree, copath, newLeaves).map((recipient) => {
            const key = tree.nodes[recipient]!.encryptionKey
            return suite.encrypt(key, info, followed.secrets.get(node)!, draws.next())
          }),
        })),
      }
    },
  }
}

/** Those whose keys a secret is encrypted to: new members are not among them (§7.5). */
function recipientsOf(tree: RatchetTree, copath: number, newLeaves: ReadonlySet<number>): readonly number[] {
  const resolution = tree.resolutionOf(copath)
  return newLeaves.size === 0 ? resolution : resolution.filter((node) => node % 2 === 1 || !newLeaves.has(node / 2))
}

/** Sets the path of another member in `tree`. @throws {RefusalError} `tree` if it does not fit (§7.5, §7.9.2) */
export function mergePath(
  suite: Suite,
  tree: RatchetTree,
  leaf: number,
  path: UpdatePath,
  newLeaves: ReadonlySet<number>,
): void {
  const filtered = tree.filteredPathOf(leaf)
  if (filtered.length !== path.nodes.length) {
    throw new RefusalError('tree', `the path has ${path.nodes.length} nodes; leaf ${leaf} has ${filtered.length} above`)
  }
  for (const [index, { copath }] of filtered.entries()) {
    const [wanted, given] = [
      recipientsOf(tree, copath, newLeaves).length,
      path.nodes[index]!.encryptedPathSecrets.length,
    ]
    if (wanted !== given) throw new RefusalError('tree', `a secret is for ${wanted} nodes, and encrypted to ${given}`)
  }
  const keys = path.nodes.map(({ encryptionKey }) => encryptionKey.slice())
  const expected = setPath(suite, tree, leaf, keys)
  const { source } = path.leafNode
  if (source.type !== 'commit') throw new RefusalError('tree', `the leaf of a commit says ${source.type} (§7.3)`)
  if (!equalOctets(source.parentHash, expected)) {
    throw new RefusalError('tree', 'the parent hash of the new leaf does not fit the path above it (§7.9.2)')
  }
  tree.setLeaf(leaf, path.leafNode)
}

/**
 * The secrets that a path of the member at `from` has for the one at `own`; `tree` has the path set already.
 * @throws {RefusalError} `decrypt` or `tree`
 */
export function openPath(
  suite: Suite,
  tree: RatchetTree,
  from: number,
  path: UpdatePath,
  own: number,
  ownKeys: PathKeys,
  newLeaves: ReadonlySet<number>,
  context: Uint8Array,
): PathSecrets {
  const filtered = tree.filteredPathOf(from)
  const index = filtered.findIndex(({ copath }) => isBelow(own, copath))
  if (index < 0) throw new RefusalError('tree', 'the path does not reach this member')
  const recipients = recipientsOf(tree, filtered[index]!.copath, newLeaves)
  const place = recipients.findIndex((node) => ownKeys.has(node))
  const pair = ownKeys.get(recipients[place] ?? -1)
  if (pair === undefined) throw new RefusalError('tree', 'the path is encrypted to no key of this member')
  const sealed = path.nodes[index]!.encryptedPathSecrets[place]!
  const secret = suite.decrypt(pair, suite.encryptionInfo(encryptionLabel, context), sealed)
  if (secret?.length !== 32) throw new RefusalError('decrypt', 'the path secret does not decrypt')
  const nodes = filtered.slice(index).map(({ node }) => node)
  const followed = followPath(suite, nodes, secret)
  checkKeys(tree, followed)
  return followed
}

/** @throws {RefusalError} `tree` unless the tree has the public keys that follow from the secrets */
export function checkKeys(tree: RatchetTree, { keys }: PathSecrets): void {
  for (const [node, { publicKey }] of keys) {
    const there = tree.nodes[node]
    if (there === undefined || !equalOctets(there.encryptionKey, publicKey)) {
      throw new RefusalError('tree', `the key of node ${node} does not follow from the path secret`)
    }
  }
}
