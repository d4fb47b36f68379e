/**
 * What a line delivered, minute by minute. Between two readings of one path everything is taken to be even. Where counters
 * begin anew, as those of an agent do that was started again, and where readings are too far apart, nobody knows: those
 * seconds are missing in their minute.
 * @module
 */
import type { Reading } from './reading.ts'

export interface Minute {
  /** When it began, milliseconds since 1970. */
  readonly at: number
  /** Of it for which there are figures. */
  readonly seconds: number
  /** Bits per second as the sites see them, on average over these seconds. */
  readonly delivered: BothWays
  /** Packets. */
  readonly dropped: BothWays
  /** Milliseconds; null: no probe came back. */
  readonly roundTripMs: { readonly p50: number; readonly p99: number } | null
  readonly probes: { readonly sent: number; readonly lost: number }
}

export interface BothWays {
  readonly forth: number
  readonly back: number
}

/** Plain JSON. */
export interface Minutes {
  /** Oldest first; the last one may still run. */
  readonly all: readonly Minute[]
  readonly last: Reading | null
}

export const noMinutes: Minutes = { all: [], last: null }
/** A day; the oldest is forgotten. */
export const maxMinutes = 1440
/** Readings further apart, milliseconds, say nothing of the time between. */
const longestGap = 30_000
const minuteMs = 60_000

/** Of the time between two readings. */
interface Growth {
  readonly octets: BothWays
  readonly dropped: BothWays
  readonly probes: Minute['probes']
}

/** With the next reading. One that is older than the last changes nothing. */
export function addReading(minutes: Minutes, reading: Reading): Minutes {
  const { last } = minutes
  const gap = reading.now - (last?.now ?? reading.now)
  if (gap < 0) return minutes
  const growth = last !== null && gap > 0 && gap <= longestGap ? growthOf(last, reading) : undefined
  let { all } = minutes
  if (growth !== undefined) {
    for (let from = last!.now; from < reading.now; from = endOf(from)) {
      const ms = Math.min(endOf(from), reading.now) - from
      all = withShare(all, { at: endOf(from) - minuteMs, seconds: ms / 1000, part: ms / gap, growth, reading })
    }
  }
  return { all: all.slice(-maxMinutes), last: reading }
}

/** Those that are over, with counts in whole numbers. */
export const wholeMinutes = ({ all }: Minutes, now: number): readonly Minute[] =>
  all
    .filter(({ at }) => at + minuteMs <= now)
    .map(({ delivered, dropped, probes, ...rest }) => ({
      ...rest,
      delivered: each(delivered, Math.round),
      dropped: each(dropped, Math.round),
      probes: { sent: Math.round(probes.sent), lost: Math.round(probes.lost) },
    }))

const endOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs + minuteMs
const nothing: BothWays = { forth: 0, back: 0 }
const each = ({ forth, back }: BothWays, of: (value: number) => number): BothWays => ({
  forth: of(forth),
  back: of(back),
})
const sum = (one: BothWays, other: BothWays): BothWays => ({
  forth: one.forth + other.forth,
  back: one.back + other.back,
})

/** Undefined where it is not known of both directions. */
function growthOf(last: Reading, next: Reading): Growth | undefined {
  if (last.number !== next.number || !last.forth || !last.back || !next.forth || !next.back) return undefined
  const of = (key: 'octets' | 'dropped'): BothWays => ({
    forth: next.forth![key] - last.forth![key],
    back: next.back![key] - last.back![key],
  })
  const [octets, dropped] = [of('octets'), of('dropped')]
  if ([octets, dropped].some(({ forth, back }) => forth < 0 || back < 0)) return undefined
  const count = (key: 'sent' | 'lost'): number => Math.max(0, (next.probes?.[key] ?? 0) - (last.probes?.[key] ?? 0))
  const isTold = last.probes !== null && next.probes !== null
  return { octets, dropped, probes: isTold ? { sent: count('sent'), lost: count('lost') } : { sent: 0, lost: 0 } }
}

/** What a minute gets of it. */
interface Share {
  readonly at: number
  readonly seconds: number
  /** 0..1. */
  readonly part: number
  readonly growth: Growth
  readonly reading: Reading
}

function withShare(all: readonly Minute[], share: Share): readonly Minute[] {
  const last = all.at(-1)
  return last?.at === share.at
    ? [...all.slice(0, -1), joined(last, share)]
    : [...all, joined({ ...emptyMinute, at: share.at }, share)]
}

const emptyMinute: Omit<Minute, 'at'> = {
  seconds: 0,
  delivered: nothing,
  dropped: nothing,
  roundTripMs: null,
  probes: { sent: 0, lost: 0 },
}

function joined(known: Minute, { seconds, part, growth, reading }: Share): Minute {
  const { at, roundTripMs, probes } = known
  const whole = known.seconds + seconds
  const bits = sum(
    each(known.delivered, (rate) => rate * known.seconds),
    each(growth.octets, (octets) => octets * 8 * part),
  )
  const { p50 = null, p99 = null } = reading.probes ?? {}
  return {
    at,
    seconds: whole,
    delivered: each(bits, (one) => one / whole),
    dropped: sum(
      known.dropped,
      each(growth.dropped, (one) => one * part),
    ),
    // They are told of the minute before the reading: the last word is the best.
    roundTripMs: p50 === null || p99 === null ? roundTripMs : { p50, p99 },
    probes: { sent: probes.sent + growth.probes.sent * part, lost: probes.lost + growth.probes.lost * part },
  }
}
