/**
 * When the last octet of a packet has left a link: at a constant rate, or at the delivery opportunities of a recorded
 * trace. Packets leave in the order in which they came.
 * @module
 */

export type Capacity =
  /** Bits per second. */
  | { readonly kind: 'rate'; readonly bitsPerSecond: number }
  /** Milliseconds from the start, ascending; each lets `opportunityOctets` pass. The last one is the trace's period. */
  | { readonly kind: 'trace'; readonly opportunities: readonly number[] }

/** Shared by several packets: one opportunity per packet would penalise small ones. */
const opportunityOctets = 1500

/** Gives the time of departure of a packet of `octets` that comes at `now`; milliseconds, `now` must not go back. */
export type Departures = (octets: number, now: number) => number

/** `startedAt` is when a trace begins. */
export function createDepartures(capacity: Capacity, startedAt: number): Departures {
  return capacity.kind === 'rate' ? atRate(capacity.bitsPerSecond) : byTrace(capacity.opportunities, startedAt)
}

function atRate(bitsPerSecond: number): Departures {
  let free = -Infinity
  return (octets, now) => (free = Math.max(free, now) + (octets * 8000) / bitsPerSecond)
}

function byTrace(opportunities: readonly number[], startedAt: number): Departures {
  const period = opportunities.at(-1)!
  const count = opportunities.length
  const timeOf = (at: number): number => startedAt + Math.floor(at / count) * period + opportunities[at % count]!
  /** The opportunity that is used now, and what is left of it. */
  let current = 0
  let left = 0
  let free = -Infinity
  return (octets, now) => {
    if (free <= now) {
      // No packet waited: opportunities that passed unused are gone.
      const rounds = Math.max(0, Math.floor((now - startedAt) / period))
      let next = Math.max(current, rounds * count)
      while (timeOf(next) < now) next++
      if (next > current || left === 0) left = opportunityOctets
      current = next
    }
    let wanted = octets
    while (wanted > left) {
      wanted -= left
      left = opportunityOctets
      current++
    }
    left -= wanted
    free = timeOf(current)
    if (left === 0) {
      current++
      left = opportunityOctets
    }
    return free
  }
}
