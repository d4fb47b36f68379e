/**
 * What a trace is described by. `cumulative` is that of CUMUL (Panchenko and others, NDSS 2016): the running sum of octets, out
 * positive and in negative, at as many points as any trace has. `described` adds what later work on such attacks uses.
 * @module
 */
import type { Seen, Trace } from './trace.ts'

const points = 60
const quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
const fineQuantiles = Array.from({ length: 19 }, (_, at) => (at + 1) / 20)
/** Packets up to this length are taken for acknowledgements. */
const longestAck = 96
/** Packets of a way with no longer pause between them are taken for one message, milliseconds. */
const pauseInMessage = 5
/** Milliseconds since the first packet. */
const moments = [30, 100, 300, 1000, 3000, 10_000, 30_000]
const firstPackets = 15

/** Of every trace the same number of values. */
export function cumulative(trace: Trace): readonly number[] {
  const sums = [0]
  for (const { way, octets } of trace) sums.push(sums.at(-1)! + (way === 'out' ? octets : -octets))
  const curve = Array.from({ length: points }, (_, at) => {
    const position = ((at + 1) / points) * (sums.length - 1)
    const below = Math.floor(position)
    const [low, high = low] = [sums[below]!, sums[below + 1]]
    return low + (high - low) * (position - below)
  })
  return [...totals(trace), ...curve.map(signedLog)]
}

/** Of every trace the same number of values. */
export function described(trace: Trace): readonly number[] {
  const began = trace[0]?.at ?? 0
  const ended = trace.at(-1)?.at ?? 0
  const ways = [trace, ...waysOf(trace)]
  const gaps = ways.map(gapsOf)
  const bursts = burstsOf(trace)
  const first = Array.from({ length: firstPackets }, (_, at) => trace[at])
  return [
    ...cumulative(trace),
    ended - began,
    ...ways.flatMap((some) => quantilesOf(some.map(({ octets }) => octets))),
    ...ways.map((some) => new Set(some.map(({ octets }) => octets)).size),
    ...ways.map((some) => some.filter(({ octets }) => octets < 90).length),
    ...gaps.flatMap((some) => quantilesOf(some)),
    ...gaps.flatMap((some) => [100, 500, 2000].map((least) => some.filter((gap) => gap >= least).length)),
    bursts.length,
    ...quantilesOf(bursts.map(Math.abs)),
    ...waysOf(trace).flatMap((some) => {
      const messages = messagesOf(some)
      return [
        messages.length,
        ...fineQuantilesOf(messages.map(({ octets }) => octets)),
        ...fineQuantilesOf(gapsOf(messages)),
      ]
    }),
    ...first.flatMap((seen) => (seen === undefined ? [0, -1] : [signed(seen), seen.at - began])),
    ...moments.flatMap((moment) => waysOf(trace.filter(({ at }) => at - began <= moment)).map(octetsOf)),
  ]
}

/** The same trace for an observer who sees no lengths. */
export const withoutLengths = (trace: Trace): Trace => trace.map((seen) => ({ ...seen, octets: 1 }))

export const octetsOf = (trace: Trace): number => trace.reduce((sum, { octets }) => sum + octets, 0)

const waysOf = (trace: Trace): readonly [out: Trace, into: Trace] => [
  trace.filter(({ way }) => way === 'out'),
  trace.filter(({ way }) => way === 'in'),
]

const totals = (trace: Trace): readonly number[] =>
  waysOf(trace).flatMap((some) => [some.length, Math.log1p(octetsOf(some))])

const signed = ({ way, octets }: Seen): number => (way === 'out' ? octets : -octets)
/** Files and words in one curve. */
const signedLog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value))

export const gapsOf = (trace: Trace): readonly number[] =>
  trace.slice(1).map(({ at }, before) => at - trace[before]!.at)

/** Octets that go one way before something goes the other way, signed. */
function burstsOf(trace: Trace): readonly number[] {
  const bursts: number[] = []
  let way: Seen['way'] | undefined
  for (const seen of trace) {
    if (seen.way === way) bursts[bursts.length - 1]! += signed(seen)
    else bursts.push(signed(seen))
    way = seen.way
  }
  return bursts
}

/** What an observer takes for messages of one way: packets that follow each other closely, without acknowledgements. */
export function messagesOf(trace: Trace): Trace {
  const messages: Seen[] = []
  let lastAt = -Infinity
  for (const seen of trace) {
    if (seen.octets > 1 && seen.octets <= longestAck) continue
    if (seen.at - lastAt <= pauseInMessage) {
      const last = messages.at(-1)!
      messages[messages.length - 1] = { ...last, octets: last.octets + seen.octets }
    } else messages.push(seen)
    lastAt = seen.at
  }
  return messages
}

const fineQuantilesOf = (values: readonly number[]): readonly number[] => quantilesOf(values, fineQuantiles)

function quantilesOf(values: readonly number[], shares: readonly number[] = quantiles): readonly number[] {
  const sorted = values.toSorted((one, other) => one - other)
  return shares.map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0)
}
