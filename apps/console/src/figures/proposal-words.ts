/**
 * What a proposal is about and what became of it, each in a few words.
 * @module
 */
import { expectedText as expected, isAbove, outcomeText as outcome, usedOf } from '@vagus/api/proposal-words'
import type { Border, Proposal } from '@vagus/api/steering'
import { formatPercent, formatSpan, thin } from './format.ts'

export type BorderLink = Border['links'][number]

/** Those that wait for someone come first; else the order stays. */
export const openFirst = (proposals: readonly Proposal[]): Proposal[] =>
  proposals.toSorted((a, b) => Number(b.state === 'open') - Number(a.state === 'open'))

/** The name itself where all are of one, else how many there are. */
function oneOf(names: readonly string[], several: string): string {
  const { size } = new Set(names)
  return size === 1 ? names[0]! : `${size} ${several}`
}

const unbroken = (text: string): string => text.replaceAll(' %', `${thin}%`)
/** As the command line has it, in one piece: `93 → 61 %`. */
export const expectedText = (proposal: Parameters<typeof expected>[0]): string => unbroken(expected(proposal))
/** `peak 61, not 93 %` */
export const outcomeText = (proposal: Parameters<typeof outcome>[0]): string => unbroken(outcome(proposal))

/** What someone must know who may approve it. */
export interface Alarm {
  readonly link: string
  /** Follows the name of the link. */
  readonly state: string
  /** What could be done. */
  readonly moves: string
}

/**
 * @param border as it is; undefined: not known, then the alarm tells of when the proposal was opened
 * @param tense `past`: what is known of the border is old
 */
export function alarmOf(
  { because, moves }: Pick<Proposal, 'because' | 'moves'>,
  border: Pick<Border, 'links' | 'horizonSeconds'> | undefined,
  tense: 'present' | 'past',
): Alarm {
  const latestOf = (link: BorderLink): BorderLink => border?.links.find((one) => one.link === link.link) ?? link
  const [first] = because.map(latestOf).toSorted((a, b) => (usedOf(b) ?? -1) - (usedOf(a) ?? -1))
  const link = first?.link ?? moves[0]?.from ?? ''
  const isPast = tense === 'past' || border === undefined
  return { link, state: stateOf(first, isPast ? 'was' : 'is', border?.horizonSeconds), moves: couldEnter(moves) }
}

function stateOf(link: BorderLink | undefined, verb: 'is' | 'was', horizonSeconds: number | undefined): string {
  const used = link === undefined ? null : usedOf(link)
  if (link === undefined || used === null) return `${verb} likely to fill`
  if (used >= 0.995) return `${verb} full`
  if (!isAbove(link)) return `${verb} at ${formatPercent(used)}, below its threshold`
  const within = horizonSeconds === undefined ? '' : ` within ${formatSpan(horizonSeconds)}`
  return `${verb} at ${formatPercent(used)}, likely full${within}`
}

/** `10.16.0.0/16 could enter over pe-2-tr-1` */
function couldEnter(moves: Proposal['moves']): string {
  const prefixes = oneOf(
    moves.map(({ prefix }) => prefix),
    'prefixes',
  )
  const links = oneOf(
    moves.map(({ to }) => to),
    'other links',
  )
  return `${prefixes} could enter over ${links}`
}
