/** A quick look at the newest events when the controller starts; all of them are checked by `vagus audit verify`. @module */
import type { Event } from '@vagus/api'
import { ChainCheck, type Mark } from '@vagus/audit'
import type { IdentityCrypto, JsonValue } from '@vagus/identity'
import type { ControlStore } from '@vagus/store'
import { eventOf } from '../events/event-keeper.ts'

/** Events: checked in some tens of milliseconds. */
const length = 1000

/** What is wrong with the newest events, for people; undefined when nothing is. */
export function tailProblem(
  control: Pick<ControlStore, 'newestEvents' | 'eventChainAfter'>,
  crypto: Pick<IdentityCrypto, 'sha256'>,
): string | undefined {
  const after = control.eventChainAfter()
  const events = control
    .newestEvents(length + 1)
    .map(eventOf)
    .filter(({ id }) => id > after.id)
  const isWhole = events.length <= length
  const [first, ...rest] = events
  const check = new ChainCheck(isWhole || first === undefined ? after : markOf(first), crypto)
  for (const event of isWhole ? events : rest) {
    const problem = check.take(event as unknown as JsonValue) // an event is made of texts, numbers, and an actor
    if (problem !== undefined) return problem
  }
  return undefined
}

const markOf = ({ id, hash = '' }: Event): Mark => ({ id, hash })
