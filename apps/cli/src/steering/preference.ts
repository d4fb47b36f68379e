/**
 * Whether the neighbour would prefer the link to which a move goes, by what it is told there and elsewhere: the shorter
 * AS_PATH first, then the lower MED, where none is 0 (RFC 4271 §9.1.2.2).
 * @module
 */
import type { ActuationPlan } from '@vagus/api/telemetry'
import { toldText } from '../bgp/told-text.ts'

type Told = ActuationPlan['before'][number]

/** On a link, with the class that is to be in force there, if any. */
export interface ToldOn {
  readonly link: string
  readonly told: readonly Told[]
}

/** What the neighbours on the link are told once its class is in force. */
export const toldWith = (link: string, { before, class: { med, prepend = 0 } }: ActuationPlan): ToldOn => ({
  link,
  told: before.map((one) => ({
    ...one,
    med: med ?? one.med,
    asPathLength: one.asPathLength === null ? null : one.asPathLength + prepend,
  })),
})

/** Why the class would draw traffic to its link instead of driving it away; undefined where it would not. */
export function drawingProblem({ before, class: { number, med } }: ActuationPlan): string | undefined {
  const worse = before.find((told) => med !== undefined && (told.med ?? 0) > med)
  return worse && `${toldText(worse)} now, so that class ${number} with MED ${med} would draw traffic there`
}

/** Why traffic would not enter over the link `to`; undefined where it would, or where what is told is unknown. */
export function preferenceProblem(to: ToldOn, others: readonly ToldOn[]): string | undefined {
  if (to.told.length === 0) return 'it is not announced to any neighbour there'
  const known = ({ link, told }: ToldOn) =>
    told.flatMap((one) => (one.unknown === undefined ? [{ link, told: one, rank: rankOf(one) }] : []))
  for (const here of known(to)) {
    const better = others.flatMap(known).find(({ rank }) => !isBefore(here.rank, rank))
    if (better !== undefined)
      return `${toldText(here.told)} there, which is no better than on ${better.link}, where ${toldText(better.told)}`
  }
  return undefined
}

const rankOf = ({ asPathLength, med }: Told): readonly [length: number, med: number] => [asPathLength ?? 0, med ?? 0]

const isBefore = (one: readonly [number, number], other: readonly [number, number]): boolean =>
  one[0] === other[0] ? one[1] < other[1] : one[0] < other[0]
