/** What moves cost: datagrams that did not arrive, and the longest silence after each move. @module */
import type { Arrived, Sent, Sunk } from './packets.ts'

export type MoveKind = 'planned' | 'sudden'

export interface MoveTime {
  readonly kind: MoveKind
  readonly from: string
  readonly to: string
  /** When it began, by the clock of the sinks. */
  readonly at: number
}

/** Milliseconds. */
interface Gaps {
  readonly count: number
  readonly p50: number
  /** Null of fewer than 20, where it would be the largest. */
  readonly p95: number | null
  readonly max: number
}

/** Of moves of one kind. */
interface KindOutcome {
  /** Datagrams sent from one such move to the next move. */
  readonly sent: number
  readonly lost: number
  readonly gaps: Gaps
  /** Of the TCP stream, on which nothing is lost. */
  readonly streamGaps: Gaps
}

/** Of one move. */
interface MoveOutcome {
  readonly kind: MoveKind
  readonly from: string
  readonly to: string
  /** Datagrams, from this move to the next one. */
  readonly sent: number
  readonly lost: number
  /** Milliseconds. */
  readonly gap: number
}

export interface Outcome {
  /** In their order. */
  readonly moves: readonly MoveOutcome[]
  readonly sent: number
  readonly lost: number
  readonly kinds: Readonly<Partial<Record<MoveKind, KindOutcome>>>
  readonly stream: {
    /** `whole`: one connection, on which everything arrived in order. */
    readonly state: 'whole' | 'broken' | 'late'
    readonly sent: number
    readonly arrived: number
    readonly broken: string | null
  }
}

/** Fewer have no 95th percentile of their own. */
const enough = 20

/**
 * @param end when the source had ended and the rest had arrived; a move's time ends with the next one, or then
 */
export function evaluate(sunk: Sunk, sent: Sent, moves: readonly MoveTime[], end: number): Outcome {
  const times = moves.map((move, at) => ({ move, from: move.at, to: moves[at + 1]?.at ?? end }))
  const firstOf = firstArrivals(sunk.datagrams)
  const missing = Array.from({ length: sent.datagrams }, (_, number) => number).filter((number) => !firstOf.has(number))
  const each = times.map(({ move: { kind, from: left, to: right }, from, to }) => {
    const [first, last] = numbersIn(sunk.datagrams, from, to, sent.datagrams)
    const lost = missing.filter((one) => one >= first && one < last).length
    return { kind, from: left, to: right, sent: last - first, lost, gap: longestSilence(sunk.datagrams, from, to) }
  })
  const kinds = (['planned', 'sudden'] as const).flatMap((kind) => {
    const own = times.filter(({ move }) => move.kind === kind)
    if (own.length === 0) return []
    const ofKind = each.filter((one) => one.kind === kind)
    const outcome: KindOutcome = {
      sent: ofKind.reduce((sum, one) => sum + one.sent, 0),
      lost: ofKind.reduce((sum, one) => sum + one.lost, 0),
      gaps: gapsOf(ofKind.map(({ gap }) => gap)),
      streamGaps: gapsOf(own.map(({ from, to }) => longestSilence(sunk.stream, from, to))),
    }
    return [[kind, outcome] as const]
  })
  const isOrdered = sunk.stream.every(([number], at) => number === at)
  const isWhole = sent.broken === null && sunk.connections === 1 && isOrdered
  const state = !isWhole ? 'broken' : sunk.stream.length === sent.stream ? 'whole' : 'late'
  return {
    moves: each,
    sent: sent.datagrams,
    lost: missing.length,
    kinds: Object.fromEntries(kinds),
    stream: { state, sent: sent.stream, arrived: sunk.stream.length, broken: sent.broken },
  }
}

function firstArrivals(arrived: readonly Arrived[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>()
  for (const [number, at] of arrived) if (!first.has(number)) first.set(number, at)
  return first
}

/** Numbers that were sent from `from` to `to`: behind the last that arrived before each. */
function numbersIn(arrived: readonly Arrived[], from: number, to: number, sent: number): readonly [number, number] {
  const before = (time: number): number => {
    const last = arrived.findLast(([, at]) => at < time)
    return last === undefined ? 0 : last[0] + 1
  }
  const isLast = !arrived.some(([, at]) => at >= to)
  return [before(from), isLast ? sent : before(to)]
}

/** The longest time without an arrival from the last one before `from` on; a silence that goes on is cut at `to`. */
function longestSilence(arrived: readonly Arrived[], from: number, to: number): number {
  const last = arrived.findLast(([, at]) => at < from)?.[1] ?? from
  const times = [last, ...arrived.map(([, at]) => at).filter((at) => at >= from && at < to), to]
  // Between the last arrival and the end nothing is missing yet, unless it was silent all the time.
  const pairs = times.slice(1).map((at, index) => at - times[index]!)
  const isCut = (pairs.at(-1) ?? 0) > 1000
  return Math.max(...(isCut || pairs.length === 1 ? pairs : pairs.slice(0, -1)))
}

function gapsOf(all: readonly number[]): Gaps {
  const sorted = all.toSorted((one, other) => one - other)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
  return { count: sorted.length, p50: at(0.5), p95: sorted.length < enough ? null : at(0.95), max: at(1) }
}
