/**
 * What the advisor of a border knows, as plain JSON.
 *
 *   version 1   first
 * @module
 */
import { moveBudget } from '../observation.ts'
import { isAnything, isCount, isListOf, isNumber, isOneOf, isRecordOf, isText, orNull } from './json-shape.ts'
import type { Live } from './life.ts'
import { maxLinks, maxRejected } from './limits.ts'
import type { LinkState } from './link-watch.ts'

export interface AdvisorSnapshot {
  readonly version: 1
  /** A snapshot of another step or horizon says nothing about these. */
  readonly stepMs: number
  readonly horizon: number
  /** Of the last reading, milliseconds since 1970; null before the first. */
  readonly at: number | null
  /** Time that passed, milliseconds, on a clock that is never set back. */
  readonly passed: number
  /** Steps for which the traffic of moves is still on its way. */
  readonly moving: number
  /** Of the next proposal. */
  readonly number: number
  /** Of the links. */
  readonly names: readonly string[]
  readonly links: readonly LinkState[]
  readonly prefixes: readonly unknown[]
  readonly live: Live | null
}

const isMove = isRecordOf({ prefix: isText, rate: isNumber, from: isText, to: isText })
const isFinding = isRecordOf({
  name: isText,
  load: orNull(isNumber),
  capacity: isNumber,
  threshold: isNumber,
  basis: isOneOf('learned', 'usual', 'intent'),
  upper: orNull(isNumber),
})
const isOutcomeLink = isRecordOf({
  link: isText,
  peak: isNumber,
  otherPeak: isNumber,
  above: isCount,
  otherAbove: isCount,
})
const isProposal = isRecordOf({
  number: isCount,
  state: isOneOf('open', 'taken'),
  openedAt: isNumber,
  endedAt: isOneOf(null),
  because: isListOf(isFinding, maxLinks),
  moves: isListOf(isMove, moveBudget),
  expected: isListOf(isRecordOf({ link: isText, before: isNumber, after: isNumber }), maxLinks),
  rejected: isListOf(isRecordOf({ move: isMove, because: isText }), maxRejected),
  outcome: orNull(isRecordOf({ steps: isCount, links: isListOf(isOutcomeLink, maxLinks) })),
})
const isLive = isRecordOf({
  proposal: isProposal,
  rates: isListOf(isNumber, moveBudget),
  unneeded: isCount,
  impossible: isCount,
  outdone: isCount,
  waited: isCount,
  settled: isOneOf(true, false),
})
const isWhole = isRecordOf({
  version: isOneOf(1),
  stepMs: isNumber,
  horizon: isCount,
  at: orNull(isNumber),
  passed: isNumber,
  moving: isCount,
  number: isCount,
  names: isListOf(isText, maxLinks),
  links: isListOf(isAnything, maxLinks),
  prefixes: isAnything,
  live: orNull(isLive),
})

/** Whether `value` is one; what is in `links` and `prefixes` is for those to judge who made it. */
export function isSnapshot(value: unknown): value is AdvisorSnapshot {
  if (!isWhole(value)) return false
  const { names, links, live } = value as AdvisorSnapshot
  if (names.length !== links.length) return false
  return live === null || (live.rates.length === live.proposal.moves.length && ofThese(names, live))
}

/** A proposal speaks of known links only. */
function ofThese(names: readonly string[], { proposal: { moves, because, outcome } }: Live): boolean {
  const spoken = [...moves.flatMap(({ from, to }) => [from, to]), ...because.map(({ name }) => name)]
  return (
    spoken.every((name) => names.includes(name)) &&
    (outcome === null || outcome.links.map(({ link }) => link).join('\n') === names.join('\n'))
  )
}
