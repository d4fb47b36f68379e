/**
 * Whether received figures can be true (draft §7.2). They steer traffic: what is no number, negative, infinite, beyond
 * the link or from the future is not used, whoever sent it.
 * @module
 */
import type { LinkTelemetry } from './link.ts'
import { maxClockAhead, maxRate, mostOverCapacity } from './limits.ts'
import type { ReceivedPage } from './view.ts'

const isRate = (value: number): boolean => value >= 0 && value <= maxRate // false for NaN and the infinities

/** What is wrong with it, with the figure; undefined when nothing is. `now` in milliseconds since 1970. */
export function problemOfLink({ capacity, utilised, measurement }: LinkTelemetry, now: number): string | undefined {
  const rates = {
    capacity,
    utilised,
    ...(measurement && { received: measurement.received, threshold: measurement.threshold, drops: measurement.drops }),
  }
  for (const [name, value] of Object.entries(rates)) {
    if (!isRate(value)) return `${name} of ${value} is none of 0..${maxRate}`
  }
  for (const name of ['utilised', 'received', 'threshold'] as const) {
    const value = rates[name]
    if (value !== undefined && value > mostOverCapacity * capacity) {
      return `${name} of ${value} is more than ${mostOverCapacity} times the capacity of ${capacity}`
    }
  }
  return measurement && problemOfTime(measurement.sequence, now)
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
  if (rates.most > mostOverCapacity * (ipv4 + ipv6)) {
    return `a rate of ${rates.most} where all traffic is ${ipv4 + ipv6}`
  }
  return problemOfTime(sequence, now)
}

function problemOfTime(sequence: number, now: number): string | undefined {
  const ahead = sequence - now
  return ahead > maxClockAhead ? `a sequence ${ahead} ms in the future; ${maxClockAhead} are allowed` : undefined
}
