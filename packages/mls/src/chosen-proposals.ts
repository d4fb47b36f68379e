/** Which of the proposals that wait a commit takes (RFC 9420 §12.2, §12.4): those that fit together. @module */
import { encode } from '@vagus/wire'
import type { Epoch, WaitingProposal } from './epoch.ts'
import { textOf } from './octets.ts'
import { pskId } from './proposal.ts'
import { leafChangedBy } from './proposal-rules.ts'

/**
 * Of one leaf a removal comes before its updates, and the newest update before others; of two new members with one
 * signature key, and of two lists of extensions, the first counts. Updates and removals of this member are for others.
 * @param byValue texts of the signature keys that the commit itself adds, and leaves that it removes
 */
export function chosenProposals(
  epoch: Epoch,
  byValue: {
    readonly added: ReadonlySet<string>
    readonly removed: ReadonlySet<number>
    readonly hasExtensions: boolean
  },
): readonly WaitingProposal[] {
  const waiting = [...epoch.waiting.values()]
  const ofLeaf = new Map<number, WaitingProposal>()
  for (const each of waiting) {
    const leaf = leafChangedBy(each)
    if (leaf === undefined || leaf === epoch.leaf || byValue.removed.has(leaf)) continue
    if (ofLeaf.get(leaf)?.proposal.type !== 'remove') ofLeaf.set(leaf, each)
  }
  const removed = new Set(byValue.removed)
  for (const [leaf, { proposal }] of ofLeaf) if (proposal.type === 'remove') removed.add(leaf)
  const taken = new Set(byValue.added)
  for (const [leaf, node] of epoch.tree.members()) if (!removed.has(leaf)) taken.add(node.signatureText)
  const psks = new Set<string>()
  let { hasExtensions } = byValue
  return waiting.filter((each) => {
    const { proposal } = each
    if (proposal.type === 'update' || proposal.type === 'remove') return ofLeaf.get(leafChangedBy(each)!) === each
    if (proposal.type === 'add') return isNew(taken, proposal.keyPackage.leafNode.signatureText)
    if (proposal.type === 'psk') return isNew(psks, textOf(encode(pskId, proposal.psk)))
    if (proposal.type !== 'group_context_extensions' || hasExtensions) return false
    hasExtensions = true
    return true
  })
}

function isNew(set: Set<string>, text: string): boolean {
  if (set.has(text)) return false
  set.add(text)
  return true
}
