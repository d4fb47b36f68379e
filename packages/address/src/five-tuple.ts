/**
 * A unidirectional conversation as a key of ten 32-bit words, for tables and sketches over flow columns:
 *
 *   words  0-3             4-7                  8                            9
 *          source address  destination address  source port, destination     protocol
 *
 * Addresses are as in `words.ts`. Keys are equal when their words are. The first four words are the key of the source,
 * the first eight that of the pair of hosts.
 * @module
 */
import { formatWords } from './words.ts'

export const wordsPerFiveTuple = 10

/** The columns of flow records that form a five-tuple. */
export interface FiveTupleColumns {
  readonly srcAddr: Uint32Array
  readonly dstAddr: Uint32Array
  readonly srcPort: Uint16Array
  readonly dstPort: Uint16Array
  readonly protocol: Uint8Array
}

/** Addresses are canonical text; for ICMP the destination port is type × 256 + code. */
export interface FiveTuple {
  readonly src: string
  readonly dst: string
  readonly srcPort: number
  readonly dstPort: number
  readonly protocol: number
}

/** Protocols that have a type and a code instead of ports: ICMP (RFC 792) and ICMPv6 (RFC 4443). */
export const icmpProtocols: readonly number[] = [1, 58]

/** A destination port as text: `443`; of ICMP its type and code, `8/0`. */
export const dstPortText = ({ dstPort, protocol }: Pick<FiveTuple, 'dstPort' | 'protocol'>): string =>
  icmpProtocols.includes(protocol) ? `${dstPort >>> 8}/${dstPort & 0xff}` : String(dstPort)

/** Writes the key of a row of flow records to the first ten words of `key`. */
export function writeFiveTuple(key: Uint32Array, columns: FiveTupleColumns, row: number): void {
  const { srcAddr, dstAddr } = columns
  const at = row * 4
  key[0] = srcAddr[at]!
  key[1] = srcAddr[at + 1]!
  key[2] = srcAddr[at + 2]!
  key[3] = srcAddr[at + 3]!
  key[4] = dstAddr[at]!
  key[5] = dstAddr[at + 1]!
  key[6] = dstAddr[at + 2]!
  key[7] = dstAddr[at + 3]!
  key[8] = (columns.srcPort[row]! << 16) | columns.dstPort[row]!
  key[9] = columns.protocol[row]!
}

/** The conversation of a key. */
export function fiveTupleOf(key: Uint32Array): FiveTuple {
  return {
    src: formatWords(key, 0),
    dst: formatWords(key, 4),
    srcPort: key[8]! >>> 16,
    dstPort: key[8]! & 0xffff,
    protocol: key[9]!,
  }
}
