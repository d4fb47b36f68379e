/**
 * The extended community that carries the bandwidth of a link (RFC 10005).
 *
 *   octets  1              1     2   4
 *           0x00 or 0x40   0x04  AS  octets per second, IEEE 754 single precision
 *
 * Type 0x00 is transitive between ASes, 0x40 is not.
 * @module
 */

export interface LinkBandwidth {
  readonly scope: 'transitive' | 'non-transitive'
  /** Two octets: a larger AS is AS_TRANS. */
  readonly as: number
  /** As the wire has it; 8 times that are bits per second. */
  readonly octetsPerSecond: number
}

const subtype = 0x04

/** Undefined when it is another community, or when its value is no bandwidth: negative, infinite, not a number. */
export function linkBandwidthOf(community: bigint): LinkBandwidth | undefined {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, community)
  const type = view.getUint8(0)
  if ((type !== 0x00 && type !== 0x40) || view.getUint8(1) !== subtype) return undefined
  const octetsPerSecond = view.getFloat32(4)
  if (!Number.isFinite(octetsPerSecond) || octetsPerSecond < 0) return undefined
  return { scope: type === 0x00 ? 'transitive' : 'non-transitive', as: view.getUint16(2), octetsPerSecond }
}

/**
 * @throws {RangeError} when the AS has more than 16 bits, or the rate is negative, infinite or above single precision
 */
export function linkBandwidth({ scope, as, octetsPerSecond }: LinkBandwidth): bigint {
  if (!Number.isInteger(as) || as < 0 || as > 0xffff) throw new RangeError(`"as" must be 0..65535, got ${as}`)
  if (!(octetsPerSecond >= 0) || !Number.isFinite(Math.fround(octetsPerSecond))) {
    throw new RangeError(`"octetsPerSecond" must be 0..3.4e38, got ${octetsPerSecond}`)
  }
  const view = new DataView(new ArrayBuffer(8))
  view.setUint8(0, scope === 'transitive' ? 0x00 : 0x40)
  view.setUint8(1, subtype)
  view.setUint16(2, as)
  view.setFloat32(4, octetsPerSecond)
  return view.getBigUint64(0)
}
