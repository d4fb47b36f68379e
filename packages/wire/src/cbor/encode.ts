/**
 * Writes CBOR in the core deterministic form (RFC 8949 §4.2.1): shortest heads and floats, definite lengths, map keys in
 * the order of their encoded octets.
 * @module
 */
import { Writer } from '../writer.ts'
import { writeFloat } from './float.ts'
import { writeHead } from './head.ts'
import { textOctets } from './text.ts'
import { type CborFloat, type CborMap, type CborSimple, type CborTag, type CborValue, majorType } from './value.ts'

/** Deeper values are a mistake of the caller, such as a cycle. */
const maxDepth = 64
const maxArgument = 2n ** 64n - 1n

/**
 * Encodes `value` as one item.
 * @throws {RangeError} on an integer outside -2^64..2^64-1, text that is not well-formed, equal map keys, or a value
 *   more than 64 deep
 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  const w = new Writer()
  writeCbor(w, value)
  return w.finish()
}

/** Like `encodeCbor`, into a writer. */
function writeCbor(w: Writer, value: CborValue, depth = 0): void {
  if (depth >= maxDepth) throw new RangeError(`value must be at most ${maxDepth} deep`)
  if (typeof value === 'number') writeNumber(w, value)
  else if (typeof value === 'bigint') writeInteger(w, value)
  else if (typeof value === 'string') writeString(w, majorType.text, textOctets(value))
  else if (typeof value === 'boolean') w.uint8(value ? 0xf5 : 0xf4)
  else if (value === null) w.uint8(0xf6)
  else if (value === undefined) w.uint8(0xf7)
  else if (value instanceof Uint8Array) writeString(w, majorType.octets, value)
  else if (value instanceof Map) writeMap(w, value, depth)
  else if (isArray(value)) {
    writeHead(w, majorType.array, value.length)
    for (const element of value) writeCbor(w, element, depth + 1)
  } else writeTyped(w, value as CborFloat | CborTag | CborSimple, depth) // sound: all other types are handled above
}

const isArray = (value: object): value is readonly CborValue[] => Array.isArray(value)

function writeTyped(w: Writer, value: CborFloat | CborTag | CborSimple, depth: number): void {
  if (value.type === 'float') writeFloat(w, value.value)
  else if (value.type === 'simple') writeSimple(w, value.value)
  else {
    if (value.tag < 0 || value.tag > maxArgument) throw new RangeError(`tag must be 0..2^64-1, got ${value.tag}`)
    writeHead(w, majorType.tag, value.tag)
    writeCbor(w, value.value, depth + 1)
  }
}

function writeNumber(w: Writer, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writeInteger(w, value)
  else writeFloat(w, value)
}

function writeInteger(w: Writer, value: number | bigint): void {
  if (value >= 0) {
    if (value > maxArgument) throw new RangeError(`integer must be -2^64..2^64-1, got ${value}`)
    writeHead(w, majorType.unsigned, value)
  } else {
    const argument = typeof value === 'number' ? -1 - value : -1n - value
    if (argument > maxArgument) throw new RangeError(`integer must be -2^64..2^64-1, got ${value}`)
    writeHead(w, majorType.negative, argument)
  }
}

function writeString(w: Writer, major: number, octets: Uint8Array): void {
  writeHead(w, major, octets.length)
  w.octets(octets)
}

function writeSimple(w: Writer, value: number): void {
  const isOwn = Number.isInteger(value) && ((value >= 0 && value < 20) || (value >= 32 && value < 256))
  if (!isOwn) throw new RangeError(`simple value must be 0..19 or 32..255, got ${value}`)
  writeHead(w, majorType.simple, value)
}

function writeMap(w: Writer, map: CborMap, depth: number): void {
  const pairs = [...map].map(([key, value]) => {
    const keyOctets = new Writer()
    writeCbor(keyOctets, key, depth + 1)
    return { key: keyOctets.finish(), value }
  })
  pairs.sort((a, b) => compareOctets(a.key, b.key))
  writeHead(w, majorType.map, pairs.length)
  for (const [index, { key, value }] of pairs.entries()) {
    if (index > 0 && compareOctets(pairs[index - 1]!.key, key) === 0) {
      throw new RangeError('the keys of a map must differ')
    }
    w.octets(key)
    writeCbor(w, value, depth + 1)
  }
}

/** Negative, zero or positive when `a` sorts before, equal to or after `b` in lexicographic order of octets. */
function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length)
  for (let at = 0; at < common; at++) if (a[at] !== b[at]) return a[at]! - b[at]!
  return a.length - b.length
}
