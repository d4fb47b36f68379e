/** Place of approvals in the control state: one document, as a change of one often touches others. @module */
import type { ControlStore } from '@vagus/store'
import type { BookKeeper, BookState } from './lease-book.ts'

const keys = { leases: 'approval/leases', epoch: 'approval/epoch' } as const

export const approvalKeeper = (control: ControlStore, now: () => number): BookKeeper => ({
  load: () => control.get(keys.leases)?.value as BookState | undefined, // what `keep` wrote
  keep: (state) => control.put(keys.leases, state, now()),
})

/**
 * The epoch of this start: milliseconds since 1970, and above that of the start before, even where the clock was set back;
 * devices would take what we say for outdated.
 */
export function nextEpoch(control: ControlStore, now: number): number {
  const last = control.get(keys.epoch)?.value
  const epoch = typeof last === 'number' ? Math.max(now, last + 1) : now
  control.put(keys.epoch, epoch, now)
  return epoch
}
