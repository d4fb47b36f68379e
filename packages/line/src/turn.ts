/** What the turns of a line's life have in common. @module */
import { holdersOf, type LaidEvent, type LaidOutcome, withdraw } from './laid.ts'
import type { Line, LineEvent, LineStep } from './line.ts'
import type { LineConfig } from './line-config.ts'

/** An event of the line, or what became of one of its paths. */
export type Turn =
  | Exclude<LineEvent, LaidEvent | { readonly type: 'restarted' }>
  | (LaidOutcome & { readonly number: number })
/** One of them, at its time. */
export type On<Type extends Turn['type']> = Extract<Turn, { readonly type: Type }> & { readonly now: number }

export const same = (line: Line): LineStep => [line, []]

export const isDue = ({ order }: Line, now: number, { leadMs }: LineConfig): boolean => now >= order.start - leadMs

/** Told once. */
export const stuck = (line: Line, because: string): LineStep => [
  { ...line, because },
  line.because === because ? [] : [{ type: 'tell', what: 'stuck', because }],
]

/** When a line that is booked looks for a path. */
export const setUpAt = ({ order }: Line, now: number, { leadMs, retryMs }: LineConfig): number =>
  Math.max(order.start - leadMs, now + retryMs)

/** It stays as it was. */
export function dropped(line: Line, because: string, now: number, config: LineConfig): LineStep {
  const findAt = line.state === 'booked' ? setUpAt(line, now, config) : null
  return stuck({ ...line, reason: null, findAt }, `it was not changed: ${because}`)
}

/** Whatever it has is taken back. */
export function ended(line: Line, state: 'released' | 'failed', because: string, now: number): LineStep {
  const steps = line.laid.map((one) => withdraw(one, now))
  const laid = steps.map((one) => one.laid)
  const isHeld = laid.some((one) => holdersOf(one).length > 0)
  const undone = isHeld ? 'what its routers hold is taken back' : 'no router holds any of it'
  const next: Line = {
    ...line,
    state,
    since: now,
    because: state === 'failed' ? `${because}; ${undone}` : because,
    laid,
    next: null,
    reason: null,
    findAt: null,
    isFinding: false,
  }
  return [next, [...steps.flatMap((one) => one.effects), { type: 'tell', what: state, because: next.because }]]
}
