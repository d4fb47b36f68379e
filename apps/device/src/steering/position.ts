/**
 * What this agent can agree to, by what the neighbours at an ingress are told: a MED that drives traffic away, and is heard
 * by those who heard of the prefix before, and by nobody else.
 * @module
 */
import { decline, type DeclineCode, type Decline, type MedTold } from '@vagus/grasp/objectives'
import type { Told } from '../told.ts'

/** Neighbours at one ingress of which an offer tells: more would not fit a message of GRASP (2048 octets). */
export const maxTold = 16
/** Longest name of a neighbour in an offer. */
const maxName = 64

/**
 * The MED to answer with: the one asked for, or the next above what is told, as one below would draw traffic there.
 * @param meds those that can be set
 */
export function neededMed(
  asked: number,
  told: readonly Told[],
  meds: readonly number[],
): { readonly type: 'needed'; readonly med: number } | Decline {
  const problem = unknownProblem(told)
  if (problem !== undefined) return problem
  const highest = told.reduce((most, { med }) => Math.max(most, med ?? 0), -1)
  const enough = [asked, ...meds].filter((med) => med > highest && med >= asked)
  if (enough.length > 0) return { type: 'needed', med: Math.min(...enough) }
  const { neighbour } = told.find(({ med }) => (med ?? 0) === highest)!
  return decline('RESOURCE', `${neighbour} is told MED ${highest} now, and no class has a higher one`)
}

/**
 * Why what neighbours are told after a MED was set is not what was agreed on; undefined where it is. BUSY: the router does
 * not say, which is no reason yet to take anything back.
 */
export function appliedProblem(before: readonly Told[], after: readonly Told[], med: number): Decline | undefined {
  const problem = unknownProblem(after, 'BUSY')
  if (problem !== undefined) return problem
  const added = after.find(({ neighbour }) => !before.some((told) => told.neighbour === neighbour))
  if (added !== undefined)
    return decline('RESOURCE', `${added.neighbour} is told of the prefix now, and was not before`)
  const lost = before.find(({ neighbour }) => !after.some((told) => told.neighbour === neighbour))
  if (lost !== undefined) return decline('RESOURCE', `${lost.neighbour} is not told of the prefix any more`)
  const worse = before.find((told) => (told.med ?? 0) > med)
  if (worse !== undefined)
    return decline('RESOURCE', `${worse.neighbour} was told MED ${worse.med} before, so that MED ${med} draws traffic`)
  const other = after.find((told) => told.med !== med)
  if (other === undefined) return undefined
  return decline('RESOURCE', `${other.neighbour} is told MED ${other.med ?? 'none'}, not MED ${med}`)
}

/** Why nothing comes in at a place where only a look was asked for. */
export const announcedProblem = (told: readonly Told[]): Decline | undefined =>
  unknownProblem(told) ??
  (told.length > 0 ? undefined : decline('RESOURCE', 'it is not announced to any neighbour there'))

function unknownProblem(told: readonly Told[], code: DeclineCode = 'RESOURCE'): Decline | undefined {
  if (told.length > maxTold)
    return decline('RESOURCE', `${told.length} neighbours are told of it there; at most ${maxTold} can be agreed on`)
  const one = told.find(({ unknown }) => unknown !== undefined)
  return one && decline(code, `what ${one.neighbour} is told is not known: ${one.unknown}`)
}

/** As an offer tells it. `hidden`: a class in force hides the MED that the router's own configuration sets. */
export const toldInOffer = (told: readonly Told[], med: 'shown' | 'hidden' = 'shown'): readonly MedTold[] =>
  told.slice(0, maxTold).map((one) => ({
    neighbour: one.neighbour.slice(0, maxName),
    med: med === 'hidden' ? null : one.med,
    asPathLength: one.asPathLength,
  }))
