/**
 * Arithmetic on longs: 64 bits with a sign; what does not fit is an error (Cedar, "Arithmetic operators"). Numbers carry the
 * usual case, bigints the rest.
 * @module
 */
import { Failure, type Outcome, wrongType } from './value.ts'

export type Long = number | bigint

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

export const isLong = (value: Outcome): value is Long => typeof value === 'number' || typeof value === 'bigint'

/** The long of `exact`; undefined if it does not fit into 64 bits. */
export function longOf(exact: bigint): Long | undefined {
  if (exact < least || exact > greatest) return undefined
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}

export interface Operation {
  readonly symbol: string
  readonly onNumbers: (a: number, b: number) => number
  readonly onBigints: (a: bigint, b: bigint) => bigint
}

export const plus: Operation = { symbol: '+', onNumbers: (a, b) => a + b, onBigints: (a, b) => a + b }
export const minus: Operation = { symbol: '-', onNumbers: (a, b) => a - b, onBigints: (a, b) => a - b }
export const times: Operation = { symbol: '*', onNumbers: (a, b) => a * b, onBigints: (a, b) => a * b }

export function calculate({ symbol, onNumbers, onBigints }: Operation, a: Outcome, b: Outcome): Outcome {
  if (typeof a === 'number' && typeof b === 'number') {
    const result = onNumbers(a, b)
    if (Number.isSafeInteger(result)) return result + 0 // exact, as both are safe; never -0
  }
  if (!isLong(a)) return wrongType(a, 'a long')
  if (!isLong(b)) return wrongType(b, 'a long')
  return longOf(onBigints(BigInt(a), BigInt(b))) ?? new Failure(`${a} ${symbol} ${b} does not fit into 64 bits`)
}

export function negate(value: Outcome): Outcome {
  return calculate(minus, 0, value)
}
