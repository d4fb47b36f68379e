/** Rosters in the control state: one for each owner. @module */
import type { ControlStore } from '@vagus/store'
import type { KeptRoster, RosterKeeper } from './roster-book.ts'

const prefix = 'roster/'

/** @param now milliseconds since 1970 */
export const rosterKeeper = (control: ControlStore, now: () => number): RosterKeeper => ({
  load: () => control.values(prefix) as readonly KeptRoster[], // what `keep` wrote
  keep: (owner, kept) => control.put(`${prefix}${owner}`, kept, now()),
  forget: (owner) => control.delete(`${prefix}${owner}`),
})
