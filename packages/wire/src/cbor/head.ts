/**
 * The head of a CBOR item (RFC 8949 §3): major type and argument.
 *
 *   octets  1                                    0, 1, 2, 4 or 8
 *           major type (3 bits) | info (5 bits)  argument when info is 24..27
 *
 * Info 31 is an indefinite length, or the break; 28..30 are not well-formed.
 * @module
 */
import { DecodeError } from '../decode-error.ts'
import type { Writer } from '../writer.ts'
import { majorType } from './value.ts'

export interface Head {
  readonly major: number
  /** The lower five bits: the encoding of the argument. */
  readonly info: number
  /** The argument; 2^53 and above lose their low bits here. 0 for an indefinite length. */
  readonly argument: number
  readonly length: 'definite' | 'indefinite'
  /** Offset of the end of the head. */
  readonly end: number
}

const argumentOctets = (info: number): number => (info < 24 ? 0 : 1 << (info - 24))

/**
 * Reads the head at `at`; undefined when `octets` end inside it.
 * @throws {DecodeError} `bad-value` when it is not well-formed (RFC 8949 §5.1 and appendix C)
 */
export function readHead(octets: Uint8Array, at: number): Head | undefined {
  const first = octets[at]
  if (first === undefined) return undefined
  const major = first >> 5
  const info = first & 31
  if (info === 31) return indefinite(major, at)
  if (info > 27) throw new DecodeError('bad-value', at, `additional information ${info} is reserved`)
  const end = at + 1 + argumentOctets(info)
  if (end > octets.length) return undefined
  let argument = info < 24 ? info : 0
  for (let octet = at + 1; octet < end; octet++) argument = argument * 256 + octets[octet]!
  if (major === majorType.simple && info === 24 && argument < 32) {
    throw new DecodeError('bad-value', at, `simple value ${argument} in two octets; it must be in one`)
  }
  return { major, info, argument, length: 'definite', end }
}

function indefinite(major: number, at: number): Head {
  if (major === majorType.unsigned || major === majorType.negative || major === majorType.tag) {
    throw new DecodeError('bad-value', at, `major type ${major} must not have an indefinite length`)
  }
  return { major, info: 31, argument: 0, length: 'indefinite', end: at + 1 }
}

/** The full argument: a number when safe, otherwise a bigint. `head` must have been read at `at`. */
export function exactArgument(octets: Uint8Array, at: number, head: Head): number | bigint {
  if (head.argument <= Number.MAX_SAFE_INTEGER) return head.argument
  let argument = 0n
  for (let octet = at + 1; octet < head.end; octet++) argument = argument * 256n + BigInt(octets[octet]!)
  return argument
}

/** Writes a head in the shortest form (RFC 8949 §4.2.1). `argument` is 0..2^64-1. */
export function writeHead(w: Writer, major: number, argument: number | bigint): void {
  const first = major << 5
  if (argument < 24) w.uint8(first | Number(argument))
  else if (argument < 0x100) {
    w.uint8(first | 24)
    w.uint8(Number(argument))
  } else if (argument < 0x1_0000) {
    w.uint8(first | 25)
    w.uint16(Number(argument))
  } else if (argument < 0x1_0000_0000) {
    w.uint8(first | 26)
    w.uint32(Number(argument))
  } else {
    w.uint8(first | 27)
    w.uint64(BigInt(argument))
  }
}
