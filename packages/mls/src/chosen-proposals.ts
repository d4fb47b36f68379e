/** Which of the proposals that wait a commit takes (RFC 9420 §12.2, §12.4): those that fit together. @module */
import { encode } from '@vagus/wire'
import type { Epoch, WaitingProposal } from './epoch.ts'
import type { MlsHost } from './host.ts'
import type { LeafNode } from './leaf-node.ts'
import { textOf } from './octets.ts'
import { type PskId, pskId } from './proposal.ts'
import { leafChangedBy } from './proposal-rules.ts'
import { hasPsk } from './find-psks.ts'
import type { RatchetTree } from './ratchet-tree.ts'

/** What the commit itself proposes. */
export interface ByValue {
  readonly added: readonly LeafNode[]
  readonly removed: ReadonlySet<number>
  readonly extensions: 'some' | 'none'
}

/**
 * Of one leaf a removal comes before its updates, and the newest update before others. Of leaves with one key, of lists
 * of extensions, and of equal pre-shared keys the first counts. Updates and removals of this member are for others, and
 * so are pre-shared keys that are not here. What is left out does not spoil the commit.
 */
export function chosenProposals(epoch: Epoch, host: MlsHost, byValue: ByValue): readonly WaitingProposal[] {
  const waiting = [...epoch.waiting.values()]
  const ofLeaf = new Map<number, WaitingProposal>()
  for (const each of waiting) {
    const leaf = leafChangedBy(each)
    if (leaf === undefined || leaf === epoch.leaf || byValue.removed.has(leaf)) continue
    if (ofLeaf.get(leaf)?.proposal.type !== 'remove') ofLeaf.set(leaf, each)
  }
  const removed = new Set(byValue.removed)
  for (const [leaf, { proposal }] of ofLeaf) if (proposal.type === 'remove') removed.add(leaf)
  const keys = new FreshKeys(epoch.tree, removed)
  for (const leaf of byValue.added) keys.take(leaf)
  const psks = new Set<string>()
  let hasExtensions = byValue.extensions === 'some'
  return waiting.filter((each) => {
    const { proposal } = each
    if (proposal.type === 'add') return keys.take(proposal.keyPackage.leafNode)
    if (proposal.type === 'psk') return hasPsk(host, proposal.psk, epoch) && isNew(psks, proposal.psk)
    if (proposal.type === 'update' || proposal.type === 'remove') {
      const leaf = leafChangedBy(each)!
      if (ofLeaf.get(leaf) !== each) return false
      return proposal.type === 'remove' || keys.take(proposal.leafNode, epoch.tree.leaf(leaf))
    }
    if (proposal.type !== 'group_context_extensions' || hasExtensions) return false
    hasExtensions = true
    return true
  })
}

function isNew(psks: Set<string>, id: PskId): boolean {
  const text = textOf(encode(pskId, id))
  const isFirst = !psks.has(text)
  psks.add(text)
  return isFirst
}

class FreshKeys {
  readonly #encryption = new Set<string>()
  readonly #signature = new Set<string>()

  constructor(tree: RatchetTree, removed: ReadonlySet<number>) {
    for (const node of tree.nodes) if (node !== undefined) this.#encryption.add(node.keyText)
    for (const [leaf, node] of tree.members()) if (!removed.has(leaf)) this.#signature.add(node.signatureText)
  }

  /** Whether nobody has the keys of `leaf`, except `previous` that for signatures; from now on `leaf` has them. */
  take({ keyText, signatureText }: LeafNode, previous?: LeafNode): boolean {
    const isOwn = signatureText === previous?.signatureText
    if (this.#encryption.has(keyText) || (!isOwn && this.#signature.has(signatureText))) return false
    this.#encryption.add(keyText)
    this.#signature.add(signatureText)
    return true
  }
}
