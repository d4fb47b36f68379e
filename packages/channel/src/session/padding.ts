/**
 * PADMÉ (Nikitin and others, PETS 2019): rounds lengths up so that they reveal only the order of magnitude and a few
 * bits, at a cost of at most 12 % and 2 % on average.
 * @module
 */

/** `padme`: lengths are rounded up, so that they reveal less. */
export type Padding = 'none' | 'padme'

/** The padded length of `octets` (0..2^31-1). */
export function padmeLength(octets: number): number {
  if (octets < 2) return octets
  const exponent = 31 - Math.clz32(octets)
  const bitsOfExponent = 32 - Math.clz32(exponent)
  const mask = 2 ** (exponent - bitsOfExponent) - 1
  return mask > 0 ? (octets + mask) & ~mask : octets
}
