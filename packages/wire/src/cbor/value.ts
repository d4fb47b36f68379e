/**
 * What a CBOR data item (RFC 8949 §2) is in memory.
 *
 *   integers      number when safe, else bigint          text          string
 *   floats        number; `CborFloat` when it has no     byte string   Uint8Array
 *                 fraction, so that 1.0 stays a float    array, map    array, Map in the order of arrival
 *   tag           `CborTag`                              simple        boolean, null, undefined, else `CborSimple`
 * @module
 */

/** A float that a number of its own would turn into an integer: 1.0, but not 1.5, NaN or -0. */
export interface CborFloat {
  readonly type: 'float'
  readonly value: number
}

/** A tagged item (RFC 8949 §3.4); what the tag means is the reader's business. */
export interface CborTag {
  readonly type: 'tag'
  /** 0..2^64-1. */
  readonly tag: number | bigint
  readonly value: CborValue
}

/** A simple value without a meaning of its own (RFC 8949 §3.3): 0..19 or 32..255. */
export interface CborSimple {
  readonly type: 'simple'
  readonly value: number
}

export type CborMap = ReadonlyMap<CborValue, CborValue>

export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly CborValue[]
  | CborMap
  | CborFloat
  | CborTag
  | CborSimple

/** Major types (RFC 8949 §3.1). */
export const majorType = {
  unsigned: 0,
  negative: 1,
  octets: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const

/** The octet that ends an item of indefinite length (RFC 8949 §3.2.1). */
export const breakOctet = 0xff
