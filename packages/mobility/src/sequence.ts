/**
 * Which of two attachments is newer. A sequence number grows with every move, as in EVPN (RFC 7432 §7.7), but is chosen
 * and signed by the agent. It is told in an extended community, and as LOCAL_PREF, so that routers that know nothing of
 * moves prefer the newest attachment, too.
 *
 *   octets  1      1      2   4
 *           0x8f   0x4d   0   sequence
 *
 * Type 0x8f is transitive and for experiments (RFC 7153 §3). With 0xffffffff no move is possible any more until the
 * network has forgotten the address: numbers never wrap, because nobody could tell a wrapped one from a replayed one.
 * @module
 */

/** 32 bits. Agents begin with the seconds since 1970, so one that forgot its last number has a higher one. */
export const maxSequence = 0xffff_ffff

const head = 0x8f4dn << 48n

/** @param sequence 1..`maxSequence` @throws {RangeError} */
export function sequenceCommunity(sequence: number): bigint {
  if (!isSequence(sequence)) throw new RangeError(`"sequence" must be 1..${maxSequence}, got ${sequence}`)
  return head | BigInt(sequence)
}

/** The highest sequence number among communities of 64 bits; undefined where there is none. */
export function sequenceOf(communities: readonly bigint[]): number | undefined {
  const found = communities.flatMap((one) => {
    const sequence = Number(one & 0xffff_ffffn)
    return one >> 32n === head >> 32n && isSequence(sequence) ? [sequence] : []
  })
  return found.length === 0 ? undefined : Math.max(...found)
}

export const isSequence = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= maxSequence

/** Where an address is attached: what decides between two attachments. */
export interface Standing {
  readonly sequence: number
  /** 16 octets. */
  readonly nextHop: Uint8Array
}

/**
 * Above 0 where `one` counts, below where `other` does, 0 where they are the same. Equal numbers at two places are signed
 * by an agent that breaks the rules; all edges then choose the same place, the one with the higher next hop.
 */
export function compareStandings(one: Standing, other: Standing): number {
  if (one.sequence !== other.sequence) return one.sequence - other.sequence
  const at = one.nextHop.findIndex((octet, index) => octet !== other.nextHop[index])
  return at < 0 ? 0 : one.nextHop[at]! - other.nextHop[at]!
}
