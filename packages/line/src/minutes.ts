/**
 * What a line delivered, minute by minute, from what its ends tell every few seconds: octets and drops of what they send, and
 * probes, each since its plan was accepted. What an agent that began anew tells is less than before, and counts from nothing;
 * times of which nothing is told count for no second of a minute.
 * @module
 */
import type { LineMeasured } from '@vagus/grasp/objectives'

/** What the ends of a path told at one time. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Number of the path: counters of another one have nothing to do with these. */
  readonly number: number
  /** From `a`, and from `z`; undefined where it has not answered. */
  readonly forth?: LineMeasured
  readonly back?: LineMeasured
}

export interface Minute {
  /** When it began. */
  readonly at: number
  /** Of it for which there are figures of both ends. */
  readonly seconds: number
  /** Bits per second on the wire, on average over these seconds. */
  readonly delivered: Both
  /** Packets beyond the rate. */
  readonly dropped: Both
  /** Milliseconds, the larger of both ends; null: no probe came back. */
  readonly roundTripMs: { readonly p50: number; readonly p99: number } | null
  readonly probes: { readonly sent: number; readonly lost: number }
}

export interface Both {
  readonly forth: number
  readonly back: number
}

/** Plain JSON. */
export interface Minutes {
  /** Whole ones and the one that runs, oldest first. */
  readonly all: readonly Minute[]
  readonly last: Reading | null
}

export const noMinutes: Minutes = { all: [], last: null }
/** A day; the oldest are forgotten. */
export const maxMinutes = 1440
/** Readings further apart say nothing of the time between. */
const longestGapMs = 60_000
const minuteMs = 60_000

/** What came between two readings of a counter. */
interface Growth {
  readonly octets: Both
  readonly dropped: Both
  readonly probes: Minute['probes']
}

/** With one more reading. One from before the last is left out. */
export function addReading(minutes: Minutes, reading: Reading): Minutes {
  const { last } = minutes
  const ms = last === null ? 0 : reading.now - last.now
  if (ms < 0) return minutes
  const grown = last !== null && ms > 0 && ms <= longestGapMs ? growthOf(last, reading) : undefined
  if (grown === undefined) return { ...minutes, last: reading }
  let { all } = minutes
  for (let from = last!.now; from < reading.now; from = endOf(from)) {
    const until = Math.min(endOf(from), reading.now)
    all = added(all, from, { grown, part: (until - from) / ms, seconds: (until - from) / 1000, trip: tripOf(reading) })
  }
  return { all: all.slice(-maxMinutes), last: reading }
}

/** Those that are over, whole numbers. */
export const wholeMinutes = ({ all }: Minutes, now: number): readonly Minute[] =>
  all
    .filter(({ at }) => at + minuteMs <= now)
    .map(({ at, seconds, delivered, dropped, roundTripMs, probes }) => ({
      at,
      seconds: Math.round(seconds),
      delivered: both(delivered, Math.round),
      dropped: both(dropped, Math.round),
      roundTripMs,
      probes: { sent: Math.round(probes.sent), lost: Math.round(probes.lost) },
    }))

const endOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs + minuteMs
const both = ({ forth, back }: Both, of: (value: number) => number): Both => ({ forth: of(forth), back: of(back) })
const sum = (one: Both, other: Both): Both => ({ forth: one.forth + other.forth, back: one.back + other.back })

/** Undefined where one of the ends has not told both times, or of another path. */
function growthOf(last: Reading, next: Reading): Growth | undefined {
  const { forth, back } = next
  if (next.number !== last.number || !last.forth || !last.back || !forth || !back) return undefined
  const [goes, comes] = [sentGrowth(last.forth, forth), sentGrowth(last.back, back)]
  if (goes === undefined || comes === undefined) return undefined
  return {
    octets: { forth: goes.octets, back: comes.octets },
    dropped: { forth: goes.dropped, back: comes.dropped },
    probes: {
      sent: grown(last.forth.probes?.sent, forth.probes?.sent) + grown(last.back.probes?.sent, back.probes?.sent),
      lost: grown(last.forth.probes?.lost, forth.probes?.lost) + grown(last.back.probes?.lost, back.probes?.lost),
    },
  }
}

/** An end has one direction in which it sends. */
function sentGrowth(last: LineMeasured, next: LineMeasured): { octets: number; dropped: number } | undefined {
  const [before, after] = [last.sent?.[0], next.sent?.[0]]
  if (before === undefined || after === undefined) return undefined
  // All counters of an agent begin anew together.
  const isAnew = after.octets < before.octets || after.packets < before.packets
  return {
    octets: isAnew ? after.octets : after.octets - before.octets,
    dropped: isAnew ? after.dropped : grown(before.dropped, after.dropped),
  }
}

function grown(last = 0, next = 0): number {
  return next < last ? next : next - last
}

function tripOf({ forth, back }: Reading): Minute['roundTripMs'] {
  const told = [forth?.probes, back?.probes].flatMap((one) =>
    one === undefined || one.p50 === null || one.p99 === null ? [] : [{ p50: one.p50, p99: one.p99 }],
  )
  if (told.length === 0) return null
  const most = (key: 'p50' | 'p99'): number => Math.max(...told.map((one) => one[key])) / 1000
  return { p50: most('p50'), p99: most('p99') }
}

/** What a part of the time between two readings adds to its minute. */
interface Share {
  readonly grown: Growth
  readonly part: number
  readonly seconds: number
  readonly trip: Minute['roundTripMs']
}

function added(
  all: readonly Minute[],
  from: number,
  { grown: { octets, dropped, probes }, part, seconds, trip }: Share,
): readonly Minute[] {
  const at = endOf(from) - minuteMs
  const known = all.at(-1)?.at === at ? all.at(-1)! : undefined
  const before = known?.seconds ?? 0
  const whole = before + seconds
  const bits = sum(
    both(known?.delivered ?? { forth: 0, back: 0 }, (rate) => rate * before),
    both(octets, (one) => one * 8 * part),
  )
  const minute: Minute = {
    at,
    seconds: whole,
    delivered: both(bits, (one) => one / whole),
    dropped: sum(
      known?.dropped ?? { forth: 0, back: 0 },
      both(dropped, (one) => one * part),
    ),
    // Round trips are told of the last minute: the last word counts.
    roundTripMs: trip ?? known?.roundTripMs ?? null,
    probes: {
      sent: (known?.probes.sent ?? 0) + probes.sent * part,
      lost: (known?.probes.lost ?? 0) + probes.lost * part,
    },
  }
  return known === undefined ? [...all, minute] : all.with(-1, minute)
}
