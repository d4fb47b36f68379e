/**
 * Quotes for private lines a second, on a network of 100 nodes and 400 links: possible ones and refused ones, with what is
 * booked already. No peer is known that finds a path with room in a time to come; k shortest paths alone are a part of it.
 */
import {
  type Attachment,
  type Booking,
  bookingsOf,
  type CoreLink,
  type LineNetwork,
  type LineWish,
  quote,
} from '../packages/line/src/index.ts'
import type { Row } from '../scripts/bench.ts'

const nodeCount = 100
const linkCount = 400
const lines = 4096
const lineRate = 20e6
const month = 31 * 86_400_000
const hour = 3_600_000
/** Of one figure. */
const roundMs = 2000

/** xorshift32: the same figures in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** A ring, so that all is reachable, and links at random. */
function networkOf(random: (below: number) => number): LineNetwork {
  const nodes = Array.from({ length: nodeCount }, (_, at) => ({ name: `R${at}`, number: at + 1 }))
  const links = Array.from({ length: linkCount }, (_, at): CoreLink => {
    const a = at % nodeCount
    const z = at < nodeCount ? (a + 1) % nodeCount : (a + 2 + random(nodeCount - 3)) % nodeCount
    const [one, other] = [nodes[a]!.name, nodes[z]!.name]
    return {
      name: `link-${at}`,
      a: { node: one, interface: `eth${at}` },
      z: { node: other, interface: `eth${at}` },
      bitsPerSecond: 1e9,
      delayMs: 1 + random(20),
      isUp: true,
    }
  })
  const attachments = nodes.map(({ name }): Attachment => ({
    site: name,
    node: name,
    interface: 'eth0',
    bitsPerSecond: 10e9,
    prefixes: [],
  }))
  return { nodes, links, attachments, block: 'fd00:c::/32', share: 0.9 }
}

/** A wish of an hour somewhere in a month. */
function wishOf(random: (below: number) => number, bitsPerSecond: number): LineWish {
  const from = random(nodeCount)
  const to = (from + 1 + random(nodeCount - 1)) % nodeCount
  const start = random(month / hour) * hour
  return { from: `R${from}`, to: `R${to}`, bitsPerSecond, start, end: start + hour }
}

/** What so many lines keep free. */
function booked(network: LineNetwork, random: (below: number) => number, count: number): readonly Booking[] {
  return Array.from({ length: count }, (_, at) => {
    const wish = wishOf(random, lineRate)
    const found = quote(wish, network, [])
    if (found.type === 'refused') throw new Error(found.because)
    const { start: from, end: until, bitsPerSecond } = wish
    return bookingsOf(found.path, { line: `line-${at}`, bitsPerSecond, from, until })
  }).flat()
}

/** Milliseconds a quote: the mean, and the longest but 1 %. */
function timed(
  network: LineNetwork,
  bookings: readonly Booking[],
  wishes: readonly LineWish[],
): { mean: number; p99: number } {
  const times: number[] = []
  const begun = performance.now()
  for (let at = 0; performance.now() - begun < roundMs; at++) {
    const start = performance.now()
    quote(wishes[at % wishes.length]!, network, bookings)
    times.push(performance.now() - start)
  }
  const steady = times.slice(times.length >> 2).sort((one, other) => one - other) // what came before was compiled
  return {
    mean: steady.reduce((sum, one) => sum + one, 0) / steady.length,
    p99: steady[Math.floor(steady.length * 0.99)]!,
  }
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const random = createRandom(7)
  const network = networkOf(random)
  const wishes = (rate: number): readonly LineWish[] => Array.from({ length: 500 }, () => wishOf(random, rate))
  const byLine = booked(network, random, lines)
  const row = (claim: string, bookings: readonly Booking[], rate: number): Row => {
    progress(`${claim} …`)
    const { mean, p99 } = timed(network, bookings, wishes(rate))
    const note = `no peer is known; ${mean.toFixed(2)} ms on average, 99 % within ${p99.toFixed(2)} ms; ${bookings.length} bookings of links`
    return { claim, unit: 'quotes/s', ours: 1000 / mean, peer: null, ratio: null, aim: '200 (5 ms)', note }
  }
  return [
    row('quotes of 100 nodes, 400 links and 4,096 bookings', byLine.slice(0, 4096), 100e6),
    row('the same, with the bookings of 4,096 lines', byLine, 100e6),
    row('the same, refused, with the nearest alternative', byLine, 950e6),
  ]
}
