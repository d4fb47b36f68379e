/**
 * The JSON Canonicalization Scheme (RFC 8785): one text for each value, so that it can be signed. Members are sorted by
 * the UTF-16 code units of their names (§3.2.3), numbers and strings are written as in ECMAScript (§3.2.2), in UTF-8
 * and without white space.
 * @module
 */
import { equalOctets } from './octets.ts'
import { RefusalError } from './refusal.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** Deeper values are refused: the walk is recursive, and none of our values nests deeper than 5. */
export const maxJsonDepth = 32

/**
 * The canonical text of `value`.
 * @throws {RangeError} on a number that is not finite, a lone surrogate, or nesting past `maxJsonDepth`
 */
export function canonicalText(value: JsonValue, depth = 0): string {
  if (depth > maxJsonDepth) throw new RangeError(`JSON may be nested at most ${maxJsonDepth} deep`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return stringText(value)
  if (isList(value)) return `[${value.map((element) => canonicalText(element, depth + 1)).join(',')}]`
  const members = Object.keys(value).sort() // by code units, as §3.2.3 requires
  return `{${members.map((name) => `${stringText(name)}:${canonicalText(value[name]!, depth + 1)}`).join(',')}}`
}

/** The canonical octets of `value`. @throws {RangeError} as `canonicalText` */
export function canonicalOctets(value: JsonValue): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalText(value))
}

/**
 * The value of `octets`, if they are its canonical text. This refuses repeated members, unnecessary escapes, numbers
 * that lose digits, and white space.
 * @throws {RefusalError} `malformed`, `not-canonical`
 */
export function readCanonical(octets: Uint8Array): JsonValue {
  const value = parse(octets)
  let canonical: Uint8Array
  try {
    canonical = canonicalOctets(value)
  } catch (error) {
    if (error instanceof RangeError) throw new RefusalError('malformed', error.message)
    throw error
  }
  if (!equalOctets(canonical, octets)) {
    throw new RefusalError('not-canonical', 'the JSON is not in its canonical form (RFC 8785)')
  }
  return value
}

function parse(octets: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)) as JsonValue // JSON has no other values
  } catch {
    throw new RefusalError('malformed', 'the octets are not JSON in UTF-8')
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`JSON has no number ${value}`)
  return JSON.stringify(value) // RFC 8785 §3.2.2.3 is the form of ECMAScript; -0 becomes 0
}

function stringText(value: string): string {
  if (!value.isWellFormed()) throw new RangeError('a string holds half of a surrogate pair')
  return JSON.stringify(value) // RFC 8785 §3.2.2.2 likewise
}

/** `Array.isArray` does not narrow a read-only list. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
