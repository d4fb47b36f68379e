/** Questions to a router, and what is taken of its answers whatever it sends. Pure. @module */

/**
 * A Get (RFC 3416 section 4.2.1), or a GetBulk (4.2.3) of `oids` that asks for as many as `repetitions` rows of each.
 */
export interface Ask {
  readonly oids: readonly string[]
  /** Absent: a Get. */
  readonly repetitions?: number
}

/** Octets as the router sent them; undefined for what it does not have, and for types that no column here has. */
export interface Answer {
  readonly oid: string
  readonly value: bigint | string | undefined
}

/** A DisplayString has 255 octets at most (RFC 2579); what is longer is cut. */
export const maxTextOctets = 255

export const textIn = ({ value }: Answer): string | undefined => (typeof value === 'string' ? value : undefined)

/** A number within 0 and `most`; undefined for any other. */
export function numberIn(answer: Answer | undefined, most: number | bigint = 0xffff_ffffn): bigint | undefined {
  const value = answer?.value
  return typeof value === 'bigint' && value >= 0n && value <= BigInt(most) ? value : undefined
}

/** The index of a row of one number, such as ifIndex 1..2^31-1; undefined where `oid` is none of `column`. */
export function indexOf(oid: string, column: string): number | undefined {
  if (!oid.startsWith(`${column}.`)) return undefined
  const rest = oid.slice(column.length + 1)
  if (!/^[1-9]\d{0,9}$/.test(rest)) return undefined
  const index = Number(rest)
  return index <= 0x7fff_ffff ? index : undefined
}
