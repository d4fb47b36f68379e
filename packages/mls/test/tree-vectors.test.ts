/** The families of vectors about trees and update paths, where the shared data has them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode } from '@vagus/wire'
import { signerOf } from '../../transport/src/index.ts'
import { Draws } from '../src/draws.ts'
import { groupContext } from '../src/group-context.ts'
import type { KeyPair } from '../src/hpke.ts'
import { isSignedLeaf } from '../src/leaf-node.ts'
import { checkParentHashes } from '../src/parent-hash.ts'
import { nodeOf } from '../src/tree-math.ts'
import { readTree, treeOctets } from '../src/tree-octets.ts'
import { makePath, mergePath, openPath, updatePath } from '../src/update-path.ts'
import { eachVector, fromHex, suite, toHex, type TreeKem } from './vectors.ts'

eachVector('tree-validation', 14, (vectors) => {
  test('hashes, resolutions, parent hashes and signatures of trees (§4.1, §7.8, §7.9)', () => {
    for (const v of vectors) {
      const tree = readTree(fromHex(v.tree), 1024)
      for (const [node, hash] of v.tree_hashes.entries()) assert.equal(toHex(tree.hash(suite, node)), hash)
      for (const [node, resolution] of v.resolutions.entries()) assert.deepEqual(tree.resolutionOf(node), resolution)
      checkParentHashes(suite, tree)
      for (const [leaf, node] of tree.members())
        assert.ok(isSignedLeaf(suite, node, { groupId: fromHex(v.group_id), leaf }))
    }
  })
})

eachVector('treekem', 11, (vectors) => {
  for (const [index, v] of vectors.entries()) {
    test(`${index}: every member opens every path, and one of ours (§7.5)`, () => checkPaths(v))
  }
})

function checkPaths(v: TreeKem): void {
  const groupId = fromHex(v.group_id)
  const keysOf = new Map<number, Map<number, KeyPair>>()
  const before = readTree(fromHex(v.ratchet_tree), 1024)
  for (const { index, encryption_priv, path_secrets } of v.leaves_private) {
    const keys = new Map([[nodeOf(index), suite.hpke.keyPairWith(fromHex(encryption_priv))]])
    for (const { node, path_secret } of path_secrets)
      keys.set(node, suite.hpke.keyPairOf(suite.deriveSecret(fromHex(path_secret), 'node')))
    for (const [node, { publicKey }] of keys) assert.deepEqual(publicKey, before.nodes[node]!.encryptionKey)
    keysOf.set(index, keys)
  }
  const contextWith = (treeHash: Uint8Array): Uint8Array =>
    encode(groupContext, {
      version: 1,
      cipherSuite: 1,
      groupId,
      epoch: BigInt(v.epoch),
      treeHash,
      confirmedTranscriptHash: fromHex(v.confirmed_transcript_hash),
      extensions: [],
    })
  for (const { sender, update_path, path_secrets, commit_secret, tree_hash_after } of v.update_paths) {
    const path = decode(updatePath, fromHex(update_path))
    const tree = before.copy()
    mergePath(suite, tree, sender, path, new Set())
    assert.equal(toHex(tree.hash(suite)), tree_hash_after)
    checkParentHashes(suite, tree)
    const context = contextWith(tree.hash(suite))
    for (const [leaf, keys] of keysOf) {
      if (leaf === sender) continue
      const opened = openPath(suite, tree, sender, path, leaf, keys, new Set(), context)
      assert.equal(toHex(opened.secrets.values().next().value!), path_secrets[leaf])
      assert.equal(toHex(opened.commitSecret), commit_secret)
    }
    const own = v.leaves_private.find(({ index }) => index === sender)!
    const ours = before.copy()
    const { signatureKey, credential, capabilities, extensions } = ours.leaf(sender)!
    const made = makePath(
      suite,
      ours,
      { groupId, leaf: sender },
      { signatureKey, credential, capabilities, extensions },
      signerOf(fromHex(own.signature_priv)),
      new Draws(suite.crypto, new Uint8Array(32).fill(sender)),
      new Set(),
    )
    const ourContext = contextWith(ours.hash(suite))
    const sent = decode(updatePath, encode(updatePath, made.encrypt(ourContext)))
    const theirs = before.copy()
    mergePath(suite, theirs, sender, sent, new Set())
    assert.deepEqual(treeOctets(theirs), treeOctets(ours))
    for (const [leaf, keys] of keysOf) {
      if (leaf === sender) continue
      const opened = openPath(suite, theirs, sender, sent, leaf, keys, new Set(), ourContext)
      assert.deepEqual(opened.commitSecret, made.commitSecret)
    }
  }
}
