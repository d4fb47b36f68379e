/** What a disk would keep, for tests of what comes after a restart. */
import type { Proposal } from '@vagus/api/steering'
import { StoreError } from '@vagus/store'
import type { ProposalKeeper } from '../../src/steering/proposal-list.ts'
import type { BookKeeper, BookState } from '../../src/steering/approval/lease-book.ts'

export class MemoryKeeper implements BookKeeper {
  /** As JSON. */
  kept: string | undefined
  isFull = false
  readonly proposals = new Map<string, Proposal>()

  load(): BookState | undefined {
    return this.kept === undefined ? undefined : (JSON.parse(this.kept) as BookState)
  }

  keep(state: BookState): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
    this.kept = JSON.stringify(state)
  }

  get proposalKeeper(): ProposalKeeper {
    return {
      load: () => [...this.proposals.values()],
      keep: (one) => void this.proposals.set(one.id, one),
      forget: (id) => void this.proposals.delete(id),
    }
  }
}
