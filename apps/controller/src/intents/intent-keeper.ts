/** Sets of intents in the control state: one for each owner; and since when each intent is as it is. @module */
import type { ControlStore } from '@vagus/store'
import type { IntentKeeper } from './intent-book.ts'
import type { StandKeeper } from './intent-stands.ts'

const prefix = 'intents/'
const standsKey = 'intent-stands'

/** @param now milliseconds since 1970 */
export const intentKeeper = (control: ControlStore, now: () => number): IntentKeeper => ({
  load: () => control.values(prefix).filter((jws) => typeof jws === 'string'),
  keep: (owner, jws) => control.put(`${prefix}${owner}`, jws, now()),
})

/** @param now milliseconds since 1970 */
export const standKeeper = (control: ControlStore, now: () => number): StandKeeper => ({
  load: () => control.get(standsKey)?.value,
  keep: (stands) => control.put(standsKey, stands, now()),
})
