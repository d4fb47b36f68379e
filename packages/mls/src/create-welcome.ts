/** Group infos, and welcomes with them (RFC 9420 §12.4.3). @module */
import { encode } from '@vagus/wire'
import type { Applied } from './apply.ts'
import type { Draws } from './draws.ts'
import type { Epoch } from './epoch.ts'
import { type Extension, extensionType } from './extension.ts'
import { type GroupInfo, signGroupInfo } from './group-info.ts'
import type { MlsHost } from './host.ts'
import { keyPackageReference } from './key-package.ts'
import { externalPairOf, welcomeKeyOf } from './key-schedule.ts'
import { messageOctets } from './message.ts'
import { noOctets } from './octets.ts'
import { commonAncestorOf } from './tree-math.ts'
import { treeOctets } from './tree-octets.ts'
import type { OwnPath } from './update-path.ts'
import { opaque } from './vectors.ts'
import { groupSecrets } from './welcome.ts'

/** @param purpose with the key of external commits, or without */
export function groupInfoOf(
  epoch: Epoch,
  host: MlsHost,
  tree: 'inside' | 'apart',
  purpose: 'welcome' | 'external commit',
): GroupInfo {
  const { suite, context, confirmationTag, leaf, secrets } = epoch
  const extensions: Extension[] = []
  if (tree === 'inside') extensions.push({ type: extensionType.ratchetTree, data: treeOctets(epoch.tree) })
  if (purpose === 'external commit') {
    const data = encode(opaque, externalPairOf(suite, secrets).publicKey)
    extensions.push({ type: extensionType.externalPub, data })
  }
  return signGroupInfo(suite, host.signer, { groupContext: context, extensions, confirmationTag, signer: leaf })
}

/** One welcome for all whom the commit that began `epoch` added; `undefined` if it added nobody. */
export function welcomeFor(
  epoch: Epoch,
  host: MlsHost,
  { added, psks }: Pick<Applied, 'added' | 'psks'>,
  { joinerSecret, pskSecret }: { readonly joinerSecret: Uint8Array; readonly pskSecret: Uint8Array },
  own: OwnPath | undefined,
  tree: 'in-welcome' | 'apart' | undefined,
  draws: Draws,
): Uint8Array | undefined {
  if (added.length === 0) return undefined
  const { suite, leaf } = epoch
  const { key, nonce } = welcomeKeyOf(suite, joinerSecret, pskSecret)
  const info = groupInfoOf(epoch, host, tree === 'apart' ? 'apart' : 'inside', 'welcome')
  const encryptedGroupInfo = suite.crypto.seal(key, nonce, noOctets, info.wire)
  const encryption = suite.encryptionInfo('Welcome', encryptedGroupInfo)
  const secrets = added.map(({ leaf: newLeaf, keyPackage }) => {
    const pathSecret = own?.secrets.get(commonAncestorOf(leaf, newLeaf))
    const plaintext = encode(groupSecrets, { joinerSecret, pathSecret, psks })
    return {
      newMember: keyPackageReference(suite, keyPackage),
      encryptedGroupSecrets: suite.encrypt(keyPackage.initKey, encryption, plaintext, draws.next()),
    }
  })
  return messageOctets({ type: 'welcome', content: { cipherSuite: suite.number, secrets, encryptedGroupInfo } })
}
