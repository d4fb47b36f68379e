/**
 * Lengths to which packets are padded, so that they reveal less. PADMÉ (Nikitin and others, PETS 2019) leaves the order of
 * magnitude and a few bits, and adds at most 12 %, 2 % on average. Classes leave which of three lengths a packet has.
 * @module
 */

/** `padme`: up to the next length of PADMÉ. `classes`: up to 96, 600, or a multiple of 1,200 octets. */
export type Padding = 'none' | 'padme' | 'classes'

/** What fits an acknowledgement with a short frame; half and all of what is safe on UDP (RFC 9000 §14). */
const shortest = 96
const middle = 600
const whole = 1200

/** The length of a packet of `octets` (0..2^31-1) that is padded. Hosts and paths may allow less. */
export function paddedLength(octets: number, padding: Padding): number {
  if (padding === 'none') return octets
  return padding === 'padme' ? padmeLength(octets) : classLength(octets)
}

/** Longer ones, as TCP has, are rounded up to PADMÉ first: they reveal no more than there. */
function classLength(octets: number): number {
  if (octets <= whole) return octets <= shortest ? shortest : octets <= middle ? middle : whole
  return Math.ceil(padmeLength(octets) / whole) * whole
}

/** The padded length of `octets` (0..2^31-1). */
export function padmeLength(octets: number): number {
  if (octets < 2) return octets
  const exponent = 31 - Math.clz32(octets)
  const bitsOfExponent = 32 - Math.clz32(exponent)
  const mask = 2 ** (exponent - bitsOfExponent) - 1
  return mask > 0 ? (octets + mask) & ~mask : octets
}
