/** The bounds of a CBOR item from outside. @module */

export interface CborLimits {
  /** Octets of the whole item. A longer one is refused as soon as its heads say so, not when it has arrived. */
  readonly octets: number
  /** Items inside items: `[[1]]` has depth 3. Keeps recursion off the end of the stack. */
  readonly depth: number
  /** Items in all, containers, chunks and keys counted. Keeps an item of n octets from becoming n objects. */
  readonly items: number
}

/** 64 KiB is more than any message of the protocols here; 32 levels and 4096 items are more than any of their values. */
export const defaultCborLimits: CborLimits = { octets: 65_536, depth: 32, items: 4096 }
