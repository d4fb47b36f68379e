/** Proposals as they were asked for. @module */
import { apiVersion } from '@vagus/api'
import type { Approval, Proposal, ProposalList } from '@vagus/api/steering'
import type { Steering } from '../http/backend.ts'
import type { ProposalList as KeptProposals } from '../steering/proposal-list.ts'
import type { LeaseBook } from '../steering/approval/lease-book.ts'
import { isInForce } from '../steering/autonomy/autonomy-view.ts'
import { timeText } from './windows.ts'

/** Those opened within the time, and those that have not ended or are in force; newest first. `now` in milliseconds since 1970. */
export function proposalListOf(
  kept: Pick<KeptProposals, 'all'>,
  book: Pick<LeaseBook, 'owedOf'>,
  { state, last, n }: Parameters<Steering['proposals']>[0],
  now: number,
): ProposalList {
  const items = kept
    .all()
    .filter((one) => state === undefined || (state === 'in-force' ? isInForce(one) : one.state === state))
    .filter((one) => one.endedAt === null || isInForce(one) || Date.parse(one.openedAt) >= now - last)
  return {
    apiVersion,
    kind: 'ProposalList',
    now: timeText(now),
    items: items.slice(0, n).map((one) => withOwed(one, book)),
  }
}

/** With what agents have not released yet of its approval: the book knows from moment to moment. */
export const withOwed = (proposal: Proposal, book: Pick<LeaseBook, 'owedOf'>): Proposal => ({
  ...proposal,
  approval: proposal.approval && approvalWithOwed(proposal.id, proposal.approval, book),
})

/** The same for an approval by itself. */
export function approvalWithOwed(id: string, approval: Approval, book: Pick<LeaseBook, 'owedOf'>): Approval {
  const owed = approval.state === 'ended' ? book.owedOf(id) : []
  return owed.length === 0 ? approval : { ...approval, owed: [...owed] }
}
