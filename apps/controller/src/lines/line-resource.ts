/** Lines as the API shows them. @module */
import { apiVersion } from '@vagus/api'
import type { Line, LineMinute, LinePath, LineQuote, LineResource } from '@vagus/api/lines'
import { type Booking, type Flow, type LineNetwork, type LineWish, type Path, type Quote, wireRate } from '@vagus/line'
import { timeText } from '../resources/windows.ts'
import type { Beyond } from './agents/line-bounds.ts'
import { isOver, type KeptLine, protectingPath, usedPath } from './line-book.ts'
import { alternativeText, hopsOf, linePathOf, linksText } from './line-words.ts'

const wishOf = ({ from, to, bitsPerSecond, start, end }: LineWish) => ({
  from,
  to,
  bitsPerSecond,
  onTheWire: wireRate(bitsPerSecond),
  start: timeText(start),
  end: timeText(end),
})

export function quoteResource(wish: LineWish, quote: Quote | Beyond): LineQuote {
  const head = { apiVersion, kind: 'LineQuote', ...wishOf(wish) } as const
  if (quote.type === 'beyond') {
    const { because, alternative } = quote
    return { ...head, possible: false, because, alternative, path: null, protection: null, considered: [] }
  }
  const considered = quote.considered.map(linePathOf)
  if (quote.type === 'refused') {
    const alternative = quote.alternative === undefined ? null : alternativeText(quote.alternative)
    return { ...head, possible: false, because: quote.because, alternative, path: null, protection: null, considered }
  }
  const because = `${linksText(quote.path)} has room for it in all of that time`
  const path = quote.considered.findIndex((one) => linksText(one.path) === linksText(quote.path))
  const protection = quote.protection === undefined ? null : linePathOf(quote.protection)
  return { ...head, possible: true, because, alternative: null, path: path < 0 ? null : path, protection, considered }
}

/** What is known besides what is kept. */
export interface LineFigures {
  readonly steered: boolean | null
  readonly last: LineMinute | null
  /** What links of it have free now, bits per second on the wire. */
  readonly free: number
}

export const lineOf = (line: KeptLine, { steered, last, free }: LineFigures): Line => ({
  id: line.id,
  ...wishOf(line.wish),
  by: line.by,
  state: line.state,
  since: timeText(line.since),
  because: line.because,
  path: pathOf(line, free),
  number: usedPath(line)?.number ?? null,
  setUpMs: line.setUpMs,
  moves: line.moves,
  protection: protectionOf(line),
  ...(line.wish.flow === undefined ? {} : { flow: shownFlow(line.wish.flow) }),
  steered: isOver(line) ? null : steered,
  last,
})

const shownFlow = ({ from, to }: Flow): Line['flow'] => ({ from: [...from], to: [...to] })

function protectionOf(line: KeptLine): Line['protection'] {
  if (line.wish.protect !== true) return null
  const protecting = protectingPath(line)
  if (protecting !== undefined && line.unprotected === undefined)
    return { state: 'ready', hops: hopsOf(protecting.path), because: 'all its routers hold it' }
  return { state: 'missing', hops: [], because: line.unprotected ?? 'it is not laid yet' }
}

const pathOf = (line: KeptLine, free: number): LinePath =>
  linePathOf({ path: usedPath(line)?.path ?? line.path, free, problem: null })

export const lineResource = (
  line: KeptLine,
  figures: LineFigures,
  more: { readonly now: number; readonly minutes: readonly LineMinute[]; readonly proof: string | null },
): LineResource => ({
  apiVersion,
  kind: 'Line',
  now: timeText(more.now),
  ...lineOf(line, figures),
  considered: [...line.considered],
  minutes: more.minutes.slice(-maxMinutes),
  proof: more.proof,
})

const maxMinutes = 1440

/** What the fullest link of the path has for further lines at that time, bits per second on the wire. */
export function freeNow(
  { hops }: Path,
  { links, share }: LineNetwork,
  bookings: readonly Booking[],
  now: number,
): number {
  const there = bookings.filter(({ from, until }) => from <= now && now < until)
  const free = hops.map((hop) => {
    const capacity = links.find(({ name }) => name === hop.link)?.bitsPerSecond ?? 0
    const both = ['a-z', 'z-a'].map((direction) =>
      there.reduce(
        (sum, one) => (one.link === hop.link && one.direction === direction ? sum + one.bitsPerSecond : sum),
        0,
      ),
    )
    return Math.max(0, Math.floor(share * capacity) - Math.max(...both))
  })
  return Math.min(...free)
}
