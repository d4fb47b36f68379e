/** Which proposals are valid, alone and together in a commit (RFC 9420 §12.1, §12.2). @module */
import { encode } from '@vagus/wire'
import type { Sender } from './content.ts'
import { limitsOf, type MlsHost } from './host.ts'
import { checkKeyPackage, checkLeaf, type LifetimeRule } from './leaf-rules.ts'
import { octetsOf } from './extension.ts'
import { textOf } from './octets.ts'
import { type Proposal, proposalTypes, type PskId, pskId } from './proposal.ts'
import type { RatchetTree } from './ratchet-tree.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'

export interface CommittedProposal {
  readonly proposal: Proposal
  readonly sender: Sender
}

/** What a proposal is judged by. */
export interface Situation {
  readonly suite: Suite
  readonly host: MlsHost
  readonly tree: RatchetTree
  readonly groupId: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
  readonly lifetime: LifetimeRule
}

const invalid = (problem: string): RefusalError => new RefusalError('proposal', problem)

/** @throws {RefusalError} unless `sender` may propose this, and it is valid by itself (§12.1) */
export function checkProposal(at: Situation, { proposal, sender }: CommittedProposal): void {
  const { suite, host, tree, groupId, now } = at
  if (sender.type === 'external' && !proposalTypes[proposal.type].external) {
    throw new RefusalError('sender', `nobody outside the group proposes ${proposal.type} (§12.1.8)`)
  }
  if (sender.type === 'new_member_proposal' && proposal.type !== 'add') {
    throw new RefusalError('sender', `a new member proposes to add itself, not ${proposal.type} (§12.1.8)`)
  }
  if (proposal.type === 'add') checkKeyPackage(suite, host, proposal.keyPackage, now, at.lifetime)
  if (proposal.type === 'remove' && tree.leaf(proposal.removed) === undefined) {
    throw invalid(`there is no member at leaf ${proposal.removed} to remove (§12.1.3)`)
  }
  if (proposal.type === 'psk') checkPskId(proposal.psk)
  if (proposal.type === 'reinit') throw new RefusalError('unsupported', 'reinitialisation of groups is not supported')
  if (proposal.type === 'group_context_extensions') {
    const { extensionOctets } = limitsOf(host)
    if (octetsOf(proposal.extensions) > extensionOctets) {
      throw new RefusalError('limit', `extensions of a group have at most ${extensionOctets} octets`)
    }
  }
  if (proposal.type !== 'update') return
  if (sender.type !== 'member') throw new RefusalError('sender', 'only a member updates its leaf (§12.1.2)')
  const { leaf } = sender
  const previous = tree.leaf(leaf)
  checkLeaf(suite, host, proposal.leafNode, {
    source: 'update',
    place: { groupId, leaf },
    previous,
    now,
    lifetime: 'any',
  })
}

function checkPskId(id: PskId): void {
  if (id.nonce.length !== 32)
    throw invalid(`the nonce of a pre-shared key has 32 octets, not ${id.nonce.length} (§12.1.4)`)
  if (id.type === 'resumption' && id.usage !== 'application') {
    throw invalid(`a pre-shared key for ${id.usage} belongs into a new group (§12.1.4)`)
  }
}

/** That proposals of a member's commit fit together (§12.2). @throws {RefusalError} `proposal` */
export function checkTogether(list: readonly CommittedProposal[], committer: number): void {
  const changed = new Set<number>()
  const psks = new Set<string>()
  let extensions = 0
  for (const { proposal, sender } of list) {
    if (proposal.type === 'external_init') throw invalid('only an external commit has an external_init (§12.2)')
    const leaf = leafChangedBy({ proposal, sender })
    if (leaf === committer) throw invalid(`the committer itself is in a proposal to ${proposal.type} it (§12.2)`)
    if (leaf !== undefined && changed.has(leaf)) throw invalid(`two proposals update or remove leaf ${leaf} (§12.2)`)
    if (leaf !== undefined) changed.add(leaf)
    if (proposal.type === 'psk') checkOnce(psks, proposal.psk)
    if (proposal.type === 'group_context_extensions' && ++extensions > 1) {
      throw invalid('two proposals replace the extensions of the group (§12.2)')
    }
  }
}

/** The leaf that it updates or removes. */
export function leafChangedBy({ proposal, sender }: CommittedProposal): number | undefined {
  if (proposal.type === 'remove') return proposal.removed
  return proposal.type === 'update' && sender.type === 'member' ? sender.leaf : undefined
}

function checkOnce(psks: Set<string>, id: PskId): void {
  const text = textOf(encode(pskId, id))
  if (psks.has(text)) throw invalid('two proposals have the same pre-shared key (§12.2)')
  psks.add(text)
}

/** That an external commit has what it must, and nothing else (§12.2). @throws {RefusalError} `proposal` */
export function checkExternal(list: readonly CommittedProposal[]): void {
  const count = { external_init: 0, remove: 0 }
  const psks = new Set<string>()
  for (const { proposal } of list) {
    if (proposal.type === 'psk') checkOnce(psks, proposal.psk)
    else if (proposal.type === 'external_init' || proposal.type === 'remove') count[proposal.type]++
    else throw invalid(`an external commit has no proposal to ${proposal.type} (§12.2)`)
  }
  if (count.external_init !== 1) throw invalid('an external commit has one external_init (§12.2)')
  if (count.remove > 1) throw invalid('an external commit removes at most one member (§12.2)')
}
