/**
 * Whether a line is possible, and over which path. It goes over the best path that has room in all of its time: of fewest
 * hops, then of least delay. One that is to be protected goes over the best of these that leaves room for a second path.
 * @module
 */
import { type Alternative, alternativeTo } from './alternative.ts'
import { Calendar } from './calendar.ts'
import type { Booking, LineNetwork } from './network.ts'
import { elementsOf, type Path, pathText } from './path.ts'
import type { Quota } from './quota.ts'
import { rateText, wireRate } from './rate.ts'
import { type Considered, Survey } from './survey.ts'
import type { LineWish } from './wish.ts'

/** `because`: without a full stop. `considered`: the best `maxConsidered` paths, and the one that is taken if it is none of them. */
export type Quote =
  | {
      readonly type: 'possible'
      readonly path: Path
      /** Where one is wanted. */
      readonly protection?: Considered
      readonly considered: readonly Considered[]
    }
  | {
      readonly type: 'refused'
      readonly because: string
      /** The nearest; missing where nothing would help. */
      readonly alternative?: Alternative
      readonly considered: readonly Considered[]
    }

/** Paths that are told with what speaks against them. */
export const maxConsidered = 4

/** `own`: a line that moves; what it needs on a link counts once. `quota`: of the lines that it is one of. */
export function quote(
  wish: LineWish,
  network: LineNetwork,
  bookings: readonly Booking[],
  own?: string,
  quota?: Quota,
): Quote {
  const problem = wishProblem(wish, network)
  if (problem !== undefined) return { type: 'refused', because: problem, considered: [] }
  const calendar = new Calendar(bookings, own, quota)
  const survey = new Survey(wish, network, calendar)
  const path = survey.best()
  const considered = survey.considered(maxConsidered)
  if (path !== undefined) {
    const isTold = considered.some((one) => one.problem === null)
    const told = isTold ? considered : [...considered.slice(0, maxConsidered - 1), survey.consider(path)]
    if (wish.protect !== true) return { type: 'possible', path, considered: told }
    const open = told.flatMap((one) => (one.problem === null ? [one.path] : []))
    for (const working of [path, ...open]) {
      const protection = protectionOf(working, wish, network, calendar)
      if (protection !== undefined) return { type: 'possible', path: working, protection, considered: told }
    }
    return { type: 'refused', because: unprotected(path), alternative: { type: 'unprotected' }, considered: told }
  }
  const because = refusal(wish, considered)
  const alternative = alternativeTo(wish, network, calendar)
  return { type: 'refused', because, considered, ...(alternative === undefined ? {} : { alternative }) }
}

/** Whether that path could be taken, be it the best or not. Parameters as of `quote`. */
export function isOpen(
  path: Path,
  wish: LineWish,
  network: LineNetwork,
  bookings: readonly Booking[],
  own?: string,
  quota?: Quota,
): boolean {
  return new Survey(wish, network, new Calendar(bookings, own, quota)).isOpen(path)
}

/** The best path between the same ports that has nothing else of `working`. */
function protectionOf(working: Path, wish: LineWish, network: LineNetwork, calendar: Calendar): Considered | undefined {
  const avoid = [...(wish.avoid ?? []), ...elementsOf(working)]
  const survey = new Survey({ ...wish, avoid, between: working }, network, calendar)
  const path = survey.best()
  return path && survey.consider(path)
}

const unprotected = (path: Path): string =>
  `${pathText(path)} has room for it, but there is no second path that has room and nothing of the first except its ends`

function wishProblem(
  { from, to, bitsPerSecond, start, end }: LineWish,
  { attachments }: LineNetwork,
): string | undefined {
  for (const site of [from, to]) {
    if (!attachments.some((one) => one.site === site))
      return `${site} is at no router that takes lines; ${sitesText(attachments.map((one) => one.site))}`
  }
  if (from === to) return 'a line goes from one site to another'
  if (!(bitsPerSecond > 0 && bitsPerSecond < Infinity)) return `a rate of ${bitsPerSecond} bit/s; it must be above 0`
  return end > start ? undefined : 'it would end before it starts'
}

const sitesText = (sites: readonly string[]): string =>
  sites.length === 0 ? 'no site is' : `these are: ${[...new Set(sites)].join(', ')}`

/** What speaks against the best of them. */
function refusal({ from, to, bitsPerSecond }: LineWish, considered: readonly Considered[]): string {
  const [first] = considered
  if (first === undefined) return `no path leads from ${from} to ${to}`
  const all = considered.length === 1 ? 'the only path' : 'every path'
  const rate = `${rateText(bitsPerSecond)} (${rateText(wireRate(bitsPerSecond))} on the wire)`
  return `${all} from ${from} to ${to} has something against a line of ${rate}; of the best (${pathText(first.path)}): ${first.problem}`
}
