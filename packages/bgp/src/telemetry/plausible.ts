/**
 * Whether received figures can be true (draft §7.2). They steer traffic: what is no number, negative, infinite, beyond
 * the link or from the future is not used, whoever sent it.
 * @module
 */
import type { LinkFigures } from './link-figures.ts'
import { maxClockAhead, maxOverCapacity, maxRate } from './limits.ts'
import type { ReceivedPage } from './view.ts'

const isRate = (value: number): boolean => value >= 0 && value <= maxRate // false for NaN and the infinities

/** What is wrong with it, with the figure; undefined when nothing is. `now` in milliseconds since 1970. */
export function problemOfLink({ capacity, utilised, measurement }: LinkFigures, now: number): string | undefined {
  const problem = problemOfRate('capacity', capacity) ?? problemOfUse('utilised', utilised, capacity)
  if (problem !== undefined || measurement === undefined) return problem
  const { received, threshold, drops, sequence } = measurement
  return (
    problemOfUse('received', received, capacity) ??
    problemOfUse('threshold', threshold, capacity) ??
    problemOfRate('drops', drops) ??
    problemOfTime(sequence, now)
  )
}

const problemOfRate = (name: string, value: number): string | undefined =>
  isRate(value) ? undefined : `${name} of ${value} is none of 0..${maxRate}`

function problemOfUse(name: string, value: number, capacity: number): string | undefined {
  if (value <= maxOverCapacity * capacity) return problemOfRate(name, value)
  return isRate(value)
    ? `${name} of ${value} is more than ${maxOverCapacity} times the capacity of ${capacity}`
    : problemOfRate(name, value)
}

export function problemOfView(
  { totals, rates, sequence }: Pick<ReceivedPage, 'totals' | 'rates' | 'sequence'>,
  now: number,
): string | undefined {
  const { ipv4, ipv6 } = totals
  for (const value of [ipv4, ipv6, rates.least, rates.most]) {
    if (!isRate(value)) return `a rate of ${value} is none of 0..${maxRate}`
  }
  // A window that is read while it fills may give a key a little more than the totals.
  if (rates.most > maxOverCapacity * (ipv4 + ipv6)) {
    return `a rate of ${rates.most} where all traffic is ${ipv4 + ipv6}`
  }
  return problemOfTime(sequence, now)
}

function problemOfTime(sequence: number, now: number): string | undefined {
  const ahead = clockAheadOf(sequence, now)
  return ahead === undefined ? undefined : `a sequence ${ahead} ms in the future; ${maxClockAhead} are allowed`
}

/** Milliseconds by which the sender's clock is ahead of ours, where that is more than is allowed. */
export const clockAheadOf = (sequence: number | undefined, now: number): number | undefined =>
  sequence !== undefined && sequence - now > maxClockAhead ? sequence - now : undefined
