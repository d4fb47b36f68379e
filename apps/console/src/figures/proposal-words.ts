/**
 * What a proposal is about and what became of it, each in a few words.
 * @module
 */
import type { Border, Proposal } from '@vagus/api/steering'
import { formatPercent, formatSpan, unknown } from './format.ts'

export type BorderLink = Border['links'][number]

export const stateMeanings = {
  open: 'its moves are not in force',
  taken: 'its moves are in force',
  measured: 'its moves were in force, and what they gave is known',
  relieved: 'the load fell without its moves',
  outdated: 'other moves would be better now, or one of its own cannot be made',
} as const satisfies Record<Proposal['state'], string>

/** Whether its outcome is what the moves gave; else it is what came without them. */
export const isTaken = ({ state }: Pick<Proposal, 'state'>): boolean => state === 'taken' || state === 'measured'

/** Those that wait for someone come first; else the order stays. */
export const openFirst = (proposals: readonly Proposal[]): Proposal[] =>
  proposals.toSorted((a, b) => Number(b.state === 'open') - Number(a.state === 'open'))

/** Above it a link is likely to be full within the horizon. */
export const isAbove = ({ load, threshold }: Pick<BorderLink, 'load' | 'threshold'>): boolean =>
  load !== null && load > threshold

/** Share of its capacity; null: not known. */
export const usedOf = ({ load, capacity }: Pick<BorderLink, 'load' | 'capacity'>): number | null =>
  load === null || capacity === 0 ? null : load / capacity

/** The name itself where all are of one, else how many there are. */
function oneOf(names: readonly string[], several: string): string {
  const { size } = new Set(names)
  return size === 1 ? names[0]! : `${size} ${several}`
}

/** `10.16.0.0/16 pe-1-tr-1 → pe-2-tr-1`, `3 prefixes pe-1-tr-1 → 2 links` */
export function movesText(moves: Proposal['moves']): string {
  if (moves.length === 0) return 'nothing'
  const of = (end: 'prefix' | 'from' | 'to', several: string): string =>
    oneOf(
      moves.map((move) => move[end]),
      several,
    )
  return `${of('prefix', 'prefixes')} ${of('from', 'links')} → ${of('to', 'links')}`
}

/** Of the link because of which it was opened that was fullest before: `93 % → 61 %`. */
export function expectedText({ because, expected }: Pick<Proposal, 'because' | 'expected'>): string {
  const [first] = because
    .flatMap(({ link, capacity }) =>
      expected
        .filter((one) => one.link === link)
        .map(({ before, after }) => ({ before: before / capacity, after: after / capacity })),
    )
    .sort((a, b) => b.before - a.before)
  return first === undefined ? unknown : `${formatPercent(first.before)} → ${formatPercent(first.after)}`
}

/** Of the link that was, or would have been, fullest: `peak 62 %, not 96 %`; the latter is by the other choice. */
export function outcomeText({ because, outcome }: Pick<Proposal, 'because' | 'outcome'>): string {
  const [first] = because
    .flatMap(({ link, capacity }) =>
      (outcome?.links ?? [])
        .filter((one) => one.link === link)
        .map(({ peak, otherPeak }) => ({ peak: peak / capacity, other: otherPeak / capacity })),
    )
    .sort((a, b) => Math.max(b.peak, b.other) - Math.max(a.peak, a.other))
  return first === undefined ? unknown : `peak ${formatPercent(first.peak)}, not ${formatPercent(first.other)}`
}

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
