/** Limits of a received CBOR item. @module */

export interface CborLimits {
  /** Octets of the whole item. A longer item is refused as soon as its heads show it, not when it has arrived. */
  readonly octets: number
  /** Nesting: `[[1]]` has depth 3. Keeps recursion from overflowing the stack. */
  readonly depth: number
  /** Items in total, including containers, chunks and keys. Keeps an item of n octets from becoming n objects. */
  readonly items: number
}

/** 64 KiB are more than any message of Vagus' protocols has; 32 levels and 4096 items are more than any value has. */
export const defaultCborLimits: CborLimits = { octets: 65_536, depth: 32, items: 4096 }
