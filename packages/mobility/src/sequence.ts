/**
 * Which of two attachments is newer. A sequence number grows with every move, as in EVPN (RFC 7432 §7.7), but is chosen
 * and signed by the agent. It is told in an extended community, and as LOCAL_PREF, so that routers that know nothing of
 * moves prefer the newest attachment, too.
 *
 *   octets  1      1      2      4
 *           0x8f   0x4d   edge   sequence
 *
 * Type 0x8f is transitive and for experiments (RFC 7153 §3). With 0xffffffff no move is possible any more until the
 * network has forgotten the address: numbers never wrap, because nobody could tell a wrapped one from a replayed one.
 * @module
 */

/** 32 bits. Agents begin with the seconds since 1970, so one that forgot its last number has a higher one. */
export const maxSequence = 0xffff_ffff

/** Where an address is attached: what decides between two attachments. */
export interface Standing {
  /** 1..`maxSequence`. */
  readonly sequence: number
  /** 16 bits of the name of the edge. */
  readonly edge: number
}

const head = 0x8f4dn

/** @throws {RangeError} */
export function standingCommunity({ sequence, edge }: Standing): bigint {
  if (!isSequence(sequence)) throw new RangeError(`"sequence" must be 1..${maxSequence}, got ${sequence}`)
  if (!Number.isInteger(edge) || edge < 0 || edge > 0xffff) throw new RangeError(`"edge" must be 0..65535, got ${edge}`)
  return (head << 48n) | (BigInt(edge) << 32n) | BigInt(sequence)
}

/** The newest standing among communities of 64 bits; undefined where there is none. */
export function standingOf(communities: readonly bigint[]): Standing | undefined {
  const found = communities.flatMap((one) => {
    const standing = { sequence: Number(one & 0xffff_ffffn), edge: Number((one >> 32n) & 0xffffn) }
    return one >> 48n === head && isSequence(standing.sequence) ? [standing] : []
  })
  return found.toSorted((one, other) => compareStandings(other, one))[0]
}

export const isSequence = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= maxSequence

/**
 * Above 0 where `one` counts, below where `other` does, 0 where they are the same. Equal numbers at two edges are signed by
 * an agent that breaks the rules; all edges then choose the same one of them.
 */
export const compareStandings = (one: Standing, other: Standing): number =>
  one.sequence - other.sequence || one.edge - other.edge

/** What tells edges apart in a community: FNV-1a of the name, folded to 16 bits. */
export function edgeNumber(name: string): number {
  let hash = 0x811c_9dc5
  for (const octet of new TextEncoder().encode(name)) hash = Math.imul(hash ^ octet, 0x0100_0193) >>> 0
  return (hash >>> 16) ^ (hash & 0xffff)
}
