/** Joins by a welcome (RFC 9420 §12.4.3.1). @module */
import { decode, encode } from '@vagus/wire'
import { type Epoch, epochOf, nothingKept } from './epoch.ts'
import { type Extension, extensionType, isDefaultExtension, octetsOf } from './extension.ts'
import { groupContext } from './group-context.ts'
import { type GroupInfo, groupInfo, isSignedGroupInfo } from './group-info.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { keyPackageReference } from './key-package.ts'
import { epochSecretOf, secretsOf, welcomeKeyOf } from './key-schedule.ts'
import { readOne } from './message.ts'
import { equalInConstantTime, equalOctets, noOctets } from './octets.ts'
import { type KeyPackageSecrets, readKeyPackageSecrets } from './own-key-package.ts'
import { pskSecretFor } from './find-psks.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import { isSuite, Suite } from './suite.ts'
import { interimHashOf } from './transcript.ts'
import { commonAncestorOf, nodeOf } from './tree-math.ts'
import { readTree } from './tree-octets.ts'
import { checkJoinedTree } from './tree-rules.ts'
import { checkKeys, followPath } from './update-path.ts'
import { groupSecrets } from './welcome.ts'

export interface WelcomeOptions {
  readonly welcome: Uint8Array
  /** The `secrets` of the key packages that this agent has given out. */
  readonly keyPackages: readonly Uint8Array[]
  /** Where the welcome does not carry it. */
  readonly tree?: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws {RefusalError}, {DecodeError} */
export function joinByWelcome(
  host: MlsHost,
  how: WelcomeOptions,
): { readonly epoch: Epoch; readonly usedKeyPackage: Uint8Array } {
  const limits = limitsOf(host)
  const welcome = readOne(how.welcome, 'welcome', limits.messageOctets)
  const suite = suiteOf(host, welcome.cipherSuite)
  const { own, octets, sealed } = ownEntry(suite, how.keyPackages, welcome.secrets)
  const pair = { privateKey: own.initKey, publicKey: own.keyPackage.initKey }
  const plaintext = suite.decrypt(pair, suite.encryptionInfo('Welcome', welcome.encryptedGroupInfo), sealed)
  if (plaintext === undefined) throw new RefusalError('decrypt', 'the secrets of the welcome do not decrypt')
  const { joinerSecret, pathSecret, psks } = decode(groupSecrets, plaintext)
  if (psks.some((psk) => psk.type === 'resumption' && psk.usage !== 'application')) {
    throw new RefusalError('unsupported', 'groups that follow from another group are not supported')
  }
  const pskSecret = pskSecretFor(suite, host, psks)
  const { key, nonce } = welcomeKeyOf(suite, joinerSecret, pskSecret)
  const infoOctets = suite.crypto.open(key, nonce, noOctets, welcome.encryptedGroupInfo)
  if (infoOctets === undefined) throw new RefusalError('decrypt', 'the group info of the welcome does not decrypt')
  const info = decode(groupInfo, infoOctets)
  const tree = checkedTree(suite, host, info, how.tree, how.now)
  const leaf = ownLeaf(tree, own)
  const keys = new Map([
    [nodeOf(leaf), { privateKey: own.encryptionKey, publicKey: own.keyPackage.leafNode.encryptionKey }],
  ])
  if (pathSecret !== undefined) {
    if (leaf === info.signer) throw new RefusalError('tree', 'the welcome is from this member itself')
    const ancestor = commonAncestorOf(leaf, info.signer)
    const above = tree.filteredPathOf(info.signer).map(({ node }) => node)
    const followed = followPath(suite, above.slice(above.indexOf(ancestor)), pathSecret)
    checkKeys(tree, followed)
    for (const [node, each] of followed.keys) keys.set(node, each)
  }
  const { groupContext: context, confirmationTag } = info
  const contextOctets = encode(groupContext, context)
  const { secrets, encryption } = secretsOf(suite, epochSecretOf(suite, joinerSecret, pskSecret, contextOctets))
  const expected = suite.mac(secrets.confirmation, context.confirmedTranscriptHash)
  if (!equalInConstantTime(expected, confirmationTag)) {
    throw new RefusalError('signature', 'the confirmation tag of the welcome does not fit (§12.4.3.1)')
  }
  const interimTranscriptHash = interimHashOf(suite, context.confirmedTranscriptHash, confirmationTag)
  const advanced = { context, contextOctets, secrets, encryption, confirmationTag: expected, interimTranscriptHash }
  return { epoch: epochOf(suite, advanced, tree, leaf, keys, nothingKept), usedKeyPackage: octets }
}

/** @throws {RefusalError} `unsupported` */
export function suiteOf(host: MlsHost, number: number): Suite {
  if (!isSuite(number)) throw new RefusalError('unsupported', `cipher suite ${number} is not supported; 1 is`)
  return new Suite(host.crypto, number)
}

/** The part of a welcome for one of the own key packages. */
function ownEntry(suite: Suite, keyPackages: readonly Uint8Array[], entries: readonly WelcomeEntry[]) {
  for (const octets of keyPackages) {
    const own = readKeyPackageSecrets(octets)
    const reference = keyPackageReference(suite, own.keyPackage)
    const entry = entries.find(({ newMember }) => equalOctets(newMember, reference))
    if (entry === undefined) continue
    if (own.keyPackage.cipherSuite !== suite.number) {
      throw new RefusalError('unsupported', `the key package is for cipher suite ${own.keyPackage.cipherSuite}`)
    }
    return { own, octets, sealed: entry.encryptedGroupSecrets }
  }
  throw new RefusalError('group', 'the welcome is for none of the key packages')
}

type WelcomeEntry = ReturnType<typeof readOne<'welcome'>>['secrets'][number]

/**
 * The tree of a group info, with everything checked that a new member must (§12.4.3.1).
 * @throws {RefusalError}, {DecodeError}
 */
export function checkedTree(
  suite: Suite,
  host: MlsHost,
  info: GroupInfo,
  apart: Uint8Array | undefined,
  now: number,
): RatchetTree {
  const { groupContext: context, extensions, signer } = info
  if (context.cipherSuite !== suite.number) {
    throw new RefusalError('unsupported', `the group has cipher suite ${context.cipherSuite}, not ${suite.number}`)
  }
  checkExtensions(host, context.extensions)
  const octets = extensions.find(({ type }) => type === extensionType.ratchetTree)?.data ?? apart
  if (octets === undefined) throw new RefusalError('tree', 'the tree is neither in the message nor given apart')
  const tree = readTree(octets, limitsOf(host).leaves)
  if (!equalOctets(tree.hash(suite), context.treeHash))
    throw new RefusalError('tree', 'the tree is not that of the group')
  const leaf = tree.leaf(signer)
  if (leaf === undefined || !isSignedGroupInfo(suite, leaf.signatureKey, info)) {
    throw new RefusalError('signature', 'no member of the group signed the group info (§12.4.3)')
  }
  checkJoinedTree(suite, host, tree, context.groupId, context.extensions, now)
  return tree
}

/** A new member must support all extensions of the group (§13.4). */
function checkExtensions(host: MlsHost, extensions: readonly Extension[]): void {
  const { extensionOctets } = limitsOf(host)
  if (octetsOf(extensions) > extensionOctets) {
    throw new RefusalError('limit', `extensions of a group have at most ${extensionOctets} octets`)
  }
  const unknown = extensions.find(({ type }) => !isDefaultExtension(type) && !host.extensions?.includes(type))
  if (unknown !== undefined)
    throw new RefusalError('unsupported', `the group has the extension ${unknown.type} (§13.4)`)
}

function ownLeaf(tree: RatchetTree, { keyPackage }: KeyPackageSecrets): number {
  for (const [leaf, node] of tree.members()) if (equalOctets(node.wire, keyPackage.leafNode.wire)) return leaf
  throw new RefusalError('tree', 'the leaf of the key package is not in the tree (§12.4.3.1)')
}
