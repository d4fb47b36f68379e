/**
 * Whether the neighbour would prefer the link to which a move goes, by what it is told there and elsewhere: the shorter
 * AS_PATH first, then the lower MED, where none is 0 (RFC 4271 §9.1.2.2).
 * @module
 */
import type { Told } from '@vagus/api/steering'

/** On a link, with the MED that is to be in force there, if any. */
export interface ToldOn {
  readonly link: string
  readonly told: readonly Told[]
}

/** What the neighbours on the link are told once the MED is in force. */
export const toldWith = (link: string, told: readonly Told[], med: number): ToldOn => ({
  link,
  told: told.map((one) => ({ ...one, med })),
})

/** Why traffic would not enter over the link `to`; undefined where it would, or where what is told is unknown. */
export function preferenceProblem(to: ToldOn, others: readonly ToldOn[]): string | undefined {
  if (to.told.length === 0) return 'it is not announced to any neighbour there'
  const elsewhere = others.flatMap(({ link, told }) => told.map((one) => ({ link, told: one })))
  for (const here of to.told) {
    const better = elsewhere.find(({ told }) => !isPreferred(here, told))
    if (better !== undefined)
      return `${toldText(here)} there, which is no better than on ${better.link}, where ${toldText(better.told)}`
  }
  return undefined
}

/**
 * The least of `meds` that is at least `least`, and worse than what every neighbour is told at the goal; undefined where
 * none is. An AS_PATH may make it needless, but never wrong.
 */
export function medAbove(goal: readonly Told[], least: number, meds: readonly number[]): number | undefined {
  const told = Math.max(0, ...goal.map(({ med }) => med ?? 0))
  return meds.filter((med) => med >= least && med > told).reduce<number | undefined>(smaller, undefined)
}

const smaller = (least: number | undefined, med: number): number => Math.min(least ?? Infinity, med)

/** `AS64999 is sent MED 100, 2 ASes` */
function toldText({ neighbour, med, asPathLength }: Told): string {
  const length = asPathLength === null ? '' : `, ${asPathLength} ${asPathLength === 1 ? 'AS' : 'ASes'}`
  return `${neighbour} is sent MED ${med ?? 'none'}${length}`
}

/** A length of path that is not known is taken for equal. */
function isPreferred(one: Told, other: Told): boolean {
  const length = one.asPathLength ?? other.asPathLength ?? 0
  const otherLength = other.asPathLength ?? length
  return length === otherLength ? (one.med ?? 0) < (other.med ?? 0) : length < otherLength
}
