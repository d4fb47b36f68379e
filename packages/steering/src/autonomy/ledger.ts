/**
 * What was done at borders within the last day: what the bounds count. It holds at most `maxActions`, of all borders. While
 * it is full nothing more is done: forgetting would loosen the bounds.
 * @module
 */
import { isListOf, isNumber, isOneOf, isRecordOf, isText } from '../advisor/json-shape.ts'
import { maxActionPrefixes, maxActions, respectMs } from './limits.ts'

/** Plain JSON. `asked`: the controller asked for leases by itself. `ended`: leases ended. `undone`: a person ended them. */
export interface Action {
  readonly what: 'asked' | 'ended' | 'undone'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly border: string
  readonly proposal: string
  readonly prefixes: readonly string[]
}

const isActions = isListOf(
  isRecordOf({
    what: isOneOf('asked', 'ended', 'undone'),
    at: isNumber,
    border: isText,
    proposal: isText,
    prefixes: isListOf(isText, maxActionPrefixes),
  }),
  maxActions,
)

/** What was kept; undefined where that is not a ledger. */
export const ledgerOf = (kept: unknown): readonly Action[] | undefined =>
  isActions(kept) ? (kept as readonly Action[]) : undefined

/** With one action more, without those that are more than a day old. One of the future, by a clock that was set back, is new. */
export function noted(ledger: readonly Action[], action: Action, now: number): readonly Action[] {
  const prefixes = action.prefixes.slice(0, maxActionPrefixes)
  return [...ledger, { ...action, prefixes }]
    .filter(({ at }) => now - at <= respectMs)
    .map((one) => (one.at > now ? { ...one, at: now } : one))
    .slice(-maxActions)
}

/** Whether one more can be noted without forgetting another that still counts. */
export const hasRoom = (ledger: readonly Action[], now: number): boolean =>
  ledger.filter(({ at }) => now - at <= respectMs).length < maxActions
