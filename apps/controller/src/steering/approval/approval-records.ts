/** What becomes of approvals: in the book, on their proposals, and as events. Each change is written down as one. @module */
import type { Approval, Proposal } from '@vagus/api/steering'
import type { EventDraft } from '../../events/event-draft.ts'
import type { ProposalList } from '../proposal-list.ts'
import { timeText } from '../../resources/windows.ts'
import { approvedEvent, endedEvent, refusedEvent, type Who } from './approval-events.ts'
import {
  approvalOf,
  type BegunApproval,
  type HeldApproval,
  type HeldLease,
  type LeaseBook,
  type OwedRelease,
} from './lease-book.ts'
import type { MedPlace } from './med-asker.ts'

export interface RecordParts {
  readonly book: LeaseBook
  readonly proposals: ProposalList
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const cutShort = 'the controller stopped in the midst; what may have been set is released'

export class ApprovalRecords {
  readonly #parts: RecordParts

  constructor(parts: RecordParts) {
    this.#parts = parts
  }

  /** @throws when the disk does not take it: then nothing may be asked for */
  begin(begun: BegunApproval): void {
    const { book } = this.#parts
    book.change({ begun: [...book.begun, begun] })
  }

  /** What was begun is not to be: whatever of it may be in force is owed to be released. */
  abandon({ proposal, until }: BegunApproval, mayHold: readonly MedPlace[]): void {
    const { book } = this.#parts
    const owed = mayHold.map((place) => ({ proposal, place, until }))
    this.#note({ begun: book.begun.filter((one) => one.proposal !== proposal), owed: [...book.owed, ...owed] })
  }

  /** It is in force, and has taken leases over from others or ended them: those of `gone`. @throws as `begin` */
  commit(proposal: Proposal, held: HeldApproval, gone: ReadonlySet<HeldLease>): Approval {
    const { book, tell } = this.#parts
    const before = book.held
    const after = before.map((one) => ({ ...one, leases: one.leases.filter((lease) => !gone.has(lease)) }))
    book.change({
      begun: book.begun.filter((one) => one.proposal !== proposal.id),
      held: [...after.filter(({ leases }) => leases.length > 0), held],
    })
    for (const [at, one] of after.entries()) {
      if (one.leases.length === 0) this.#tellEnded(before[at]!, `${proposal.id} took its place`, undefined)
      else if (one.leases.length < before[at]!.leases.length) this.#record(one.proposal, approvalOf(one))
    }
    const approval = approvalOf(held)
    this.#record(proposal.id, approval)
    tell(approvedEvent(proposal, held, Math.round((held.until - held.at) / 1000)))
    return approval
  }

  /** It is over: what may be in force of it is owed to be released. `who`: undefined where nobody ended it. */
  finish(held: HeldApproval, because: string, who: Who | undefined): Approval {
    const { book } = this.#parts
    const owed = held.leases.map((place): OwedRelease => ({ proposal: held.proposal, place, until: place.until }))
    this.#note({
      held: book.held.filter(({ proposal }) => proposal !== held.proposal),
      owed: [...book.owed, ...owed],
    })
    return this.#tellEnded(held, because, who)
  }

  /** More about why it ended. */
  add(id: string, ended: Approval, more: string): Approval {
    const approval = { ...ended, because: `${ended.because}; ${more}` }
    this.#record(id, approval)
    return approval
  }

  /** A lease was made anew in the place of another. */
  replace(old: HeldLease, lease: HeldLease): void {
    const { book } = this.#parts
    const replaced = (one: HeldLease): HeldLease => (one.plan === old.plan ? lease : one)
    const held = book.held.map((one) => ({ ...one, leases: one.leases.map(replaced) }))
    this.#note({ held })
    for (const one of held) if (one.leases.includes(lease)) this.#record(one.proposal, approvalOf(one))
  }

  /**
   * After a restart: what was in the midst is owed to be released, and proposals say what the book says, which may have been
   * written a moment before or after them.
   */
  takeUp(): void {
    const { book, proposals, now, tell } = this.#parts
    for (const begun of book.begun) {
      this.abandon(begun, begun.places)
      const proposal = proposals.find(begun.proposal)
      if (proposal !== undefined) tell(refusedEvent(proposal, begun, cutShort))
    }
    for (const held of book.held) this.#record(held.proposal, approvalOf(held))
    for (const { id, approval } of proposals.all()) {
      if (approval?.state !== 'in-force' || book.heldOf(id) !== undefined) continue
      const because = 'the controller stopped while it was being ended'
      this.#record(id, { ...approval, state: 'ended', endedAt: timeText(now()), because })
    }
  }

  #tellEnded(held: HeldApproval, because: string, who: Who | undefined): Approval {
    const { tell, now } = this.#parts
    const approval = approvalOf(held, {
      at: now(),
      because,
      by: who?.by,
    })
    this.#record(held.proposal, approval)
    tell(endedEvent(held, who, because))
    return approval
  }

  #record(id: string, approval: Approval): void {
    const { proposals, now, report } = this.#parts
    proposals.setApproval(id, approval)
    try {
      proposals.save(now())
    } catch (error) {
      report(`the approval of ${id} is written down later: ${String(error)}`)
    }
  }

  #note(part: Parameters<LeaseBook['note']>[0]): void {
    const problem = this.#parts.book.note(part)
    if (problem !== undefined) this.#parts.report(`approvals could not be written down: ${problem}`)
  }
}
