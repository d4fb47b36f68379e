/** Fields of what comes from a link, read within bounds. @module */
import { type CborValue, DecodeError } from '@vagus/wire'

/** @throws {DecodeError} */
export function numberOf(value: CborValue, most: number, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new DecodeError('bad-value', 0, `${what} must be 0..${most}`)
}

/** @throws {DecodeError} */
export function textOf(value: CborValue, what: string, most = 255): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= most) return value
  throw new DecodeError('bad-value', 0, `${what} must be text of 1..${most} characters`)
}

/** 16 of them: an address, or a challenge. @throws {DecodeError} */
export function octetsOf(value: CborValue, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === 16) return value
  throw new DecodeError('bad-value', 0, `${what} must have 16 octets`)
}
