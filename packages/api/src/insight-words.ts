/** What is expected of links, and what of a matrix is estimated, in a few words. Free of zod, so that the page can import it. @module */
import { shareText } from './figures.ts'
import type { Expected, Matrix } from './resources.ts'

/** A chance from here on is worth a mark. */
const likelyFrom = 0.5

/** The greater of both ways; null where none is known. */
export function chanceOf(expected: Expected | undefined): number | null {
  const chances = [expected?.aToZ ?? null, expected?.zToA ?? null].filter((chance) => chance !== null)
  return chances.length === 0 ? null : Math.max(...chances)
}

export const isLikely = (expected: Expected | undefined): boolean => (chanceOf(expected) ?? 0) >= likelyFrom

/** Two digits, `0.70`: it is a chance and no share of anything. */
export const chanceText = (chance: number | null): string => (chance === null ? '–' : chance.toFixed(2))

/** The directions of a link, as tables call them. */
const bothWays = ['A→Z', 'Z→A'] as const

/** `likely over 80 % by 14:30Z: chance 0.70 A→Z, 0.02 Z→A`. @param timeText of its `by` @param ways from its end a, and to it */
export function expectedText(
  expected: Expected,
  timeText: string,
  ways: readonly [there: string, back: string] = bothWays,
): string {
  const { utilisation, aToZ, zToA, unknown } = expected
  if (chanceOf(expected) === null)
    return `not known yet whether it fills up: ${unknown ?? 'nothing is known of its load'}`
  const likely = isLikely(expected) ? 'likely ' : ''
  const chances = `chance ${chanceText(aToZ)} ${ways[0]}, ${chanceText(zToA)} ${ways[1]}`
  return `${likely}over ${levelText(utilisation)} by ${timeText}: ${chances}`
}

/** Without the digits of a measurement: somebody chose it. */
export const levelText = (share: number): string => `${Number((share * 100).toFixed(1))} %`

/** What of the matrix is estimated, why, and how far it can be believed. */
export function estimatedText({ devices, share, explained, error }: NonNullable<Matrix['estimated']>): string {
  const told = devices.length === 0 ? '' : ` (flows of ${devices.join(', ')} are missing)`
  const tried = error === null ? 'how far off is not known yet' : `such estimates were ${shareText(error)} off`
  const loads = explained === null ? '' : `, link loads explained to ${shareText(explained)}`
  return `~ estimated, ${shareText(share)} of the traffic${told}: ${tried}${loads}`
}
