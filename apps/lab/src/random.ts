/**
 * Seeded pseudo-random numbers: sfc32, Chris Doty-Humphrey's "small fast counting" generator of PractRand, 128 bits of
 * state and a period of at least 2^32. The state comes from text by FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv), so
 * that each stream of traffic has numbers of its own: a site added to the plan does not change those of the others.
 * @module
 */

/** The next number, 0 ≤ x < 1, in steps of 2^-32. */
export type Random = () => number

/** Rounds after which the seeds are mixed, as PractRand does for sfc32. */
const warmUp = 12

/** Numbers that depend on `parts` alone. */
export function createRandom(...parts: readonly (string | number)[]): Random {
  const text = parts.join('\0')
  let a = fnv1a(text, 0x811c9dc5)
  let b = fnv1a(text, a ^ 0x9e3779b9)
  let c = fnv1a(text, b ^ 0x85ebca6b)
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 0x1_0000_0000
  }
  for (let round = 0; round < warmUp; round++) next()
  return next
}

/** Standard normal, by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function fnv1a(text: string, offset: number): number {
  let hash = offset | 0
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
