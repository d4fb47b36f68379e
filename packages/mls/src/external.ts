/** Joins without being added (RFC 9420 §12.4.3.2), by a commit of one's own. @module */
import { decode, encode } from '@vagus/wire'
import { contentOf, signContent } from './content.ts'
import { type Credential, equalCredentials } from './credential.ts'
import { Draws } from './draws.ts'
import { advance, type Epoch, epochOf, nothingKept } from './epoch.ts'
import { extensionType } from './extension.ts'
import { groupContext } from './group-context.ts'
import type { GroupInfo } from './group-info.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { checkedTree, suiteOf } from './join.ts'
import { externalInitLabel } from './key-schedule.ts'
import { capabilitiesOf } from './leaf-node.ts'
import { messageOctets, readOne } from './message.ts'
import { noOctets } from './octets.ts'
import type { Proposal } from './proposal.ts'
import { pskSecretFor } from './find-psks.ts'
import { RefusalError } from './refusal.ts'
import { interimHashOf } from './transcript.ts'
import { checkPathKeys, checkSupport, keysIn } from './tree-rules.ts'
import { makePath } from './update-path.ts'
import { opaque } from './vectors.ts'

export interface ExternalOptions {
  readonly groupInfo: Uint8Array
  /** Where the group info does not carry it. */
  readonly tree?: Uint8Array
  readonly credential: Credential
  /** Ids of external pre-shared keys to mix in. */
  readonly psks?: readonly Uint8Array[]
  /** 32 fresh random octets, never used twice. */
  readonly random: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws {RefusalError}, {DecodeError} */
export function joinByCommit(
  host: MlsHost,
  how: ExternalOptions,
): { readonly epoch: Epoch; readonly message: Uint8Array } {
  const limits = limitsOf(host)
  const info = readOne(how.groupInfo.slice(), 'groupInfo', limits.messageOctets)
  const { groupContext: context, confirmationTag } = info
  const suite = suiteOf(host, context.cipherSuite)
  const draws = new Draws(suite.crypto, how.random)
  const before = checkedTree(suite, host, info, how.tree, how.now)
  const tree = before.copy()
  const init = suite.hpke.sender(externalKeyOf(info), noOctets, draws.next())
  if (init === undefined) throw new RefusalError('key', 'the external key of the group gives no secret')
  const proposals: Proposal[] = [{ type: 'external_init', kemOutput: init.kemOutput }]
  for (const [leaf, node] of before.members()) {
    if (!equalCredentials(node.credential, how.credential)) continue
    proposals.push({ type: 'remove', removed: leaf })
    tree.removeLeaf(leaf)
    tree.truncate()
    break
  }
  for (const pskId of how.psks ?? [])
    proposals.push({ type: 'psk', psk: { type: 'external', pskId, nonce: draws.next() } })
  const { groupId } = context
  const keys = keysIn(tree)
  const leaf = tree.freeLeaf(limits.leaves)
  const draft = {
    signatureKey: host.signer.publicKey,
    credential: how.credential,
    capabilities: capabilitiesOf(how.credential, host.extensions),
    extensions: [],
  }
  const own = makePath(suite, tree, { groupId, leaf }, draft, host.signer, draws, new Set())
  checkSupport(tree, context.extensions)
  const nextContext = { ...context, epoch: context.epoch + 1n, treeHash: tree.hash(suite) }
  const path = own.encrypt(encode(groupContext, nextContext))
  checkPathKeys(keys, path, undefined)
  const content = contentOf({
    groupId,
    epoch: context.epoch,
    sender: { type: 'new_member_commit' },
    authenticatedData: noOctets,
    body: {
      type: 'commit',
      commit: { proposals: proposals.map((proposal) => ({ type: 'proposal', proposal })), path },
    },
  })
  const signature = signContent(suite, host.signer, 'public', content, encode(groupContext, context))
  const psks = proposals.flatMap((proposal) => (proposal.type === 'psk' ? [proposal.psk] : []))
  const advanced = advance(
    suite,
    { interimTranscriptHash: interimHashOf(suite, context.confirmedTranscriptHash, confirmationTag) },
    nextContext,
    { format: 'public', content, auth: { signature } },
    {
      initSecret: init.context.exportSecret(externalInitLabel),
      commitSecret: own.commitSecret,
      pskSecret: pskSecretFor(suite, host, psks),
    },
  )
  const auth = { signature, confirmationTag: advanced.confirmationTag }
  return {
    epoch: epochOf(suite, advanced, tree, leaf, own.keys, nothingKept),
    message: messageOctets({ type: 'publicMessage', content: { content, auth, membershipTag: undefined } }),
  }
}

function externalKeyOf({ extensions }: GroupInfo): Uint8Array {
  const found = extensions.find(({ type }) => type === extensionType.externalPub)
  if (found === undefined) throw new RefusalError('group', 'the group info has no external key (§12.4.3.2)')
  return decode(opaque, found.data)
}
