/** Newcomers in the control state: one entry for each. @module */
import type { ControlStore } from '@vagus/store'
import type { Newcomer, NewcomerKeeper } from './newcomer-book.ts'

const prefix = 'join/'

/** @param now milliseconds since 1970 */
export const newcomerKeeper = (control: ControlStore, now: () => number): NewcomerKeeper => ({
  load: () => control.values(prefix) as readonly Newcomer[], // what `keep` wrote
  keep: (newcomer) => control.put(`${prefix}${newcomer.serial}`, newcomer, now()),
  forget: (serial) => control.delete(`${prefix}${serial}`),
})
