/** CBOR values that must be of one kind and within bounds, as those of a peer; anything else is a `DecodeError`. @module */
import { DecodeError } from '../decode-error.ts'
import type { CborValue } from './value.ts'

const refuse = (problem: string): DecodeError => new DecodeError('bad-value', 0, problem)

/** @param what is expected, for the error. @throws {DecodeError} unless it is an integer of 0..`most` */
export function cborUint(value: CborValue, most: number, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw refuse(`${what} must be 0..${most}`)
}

/** @throws {DecodeError} unless it is text of 1..`most` characters */
export function cborText(value: CborValue, most: number, what: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= most) return value
  throw refuse(`${what} must be text of 1..${most} characters`)
}

/** @throws {DecodeError} unless it is exactly `length` octets */
export function cborOctets(value: CborValue, length: number, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === length) return value
  throw refuse(`${what} must have ${length} octets`)
}

/** @throws {DecodeError} unless it is a list of at most `most` items */
export function cborList(value: CborValue, most: number, what: string): readonly CborValue[] {
  if (Array.isArray(value) && value.length <= most) return value as readonly CborValue[]
  throw refuse(`${what} must be a list of at most ${most}`)
}
