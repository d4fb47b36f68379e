/**
 * Values of our objectives: CBOR maps with integer keys. A key that we do not know is ignored when it is 0 or above, and makes
 * the value unreadable when it is negative: then whoever wrote it says that it must not be ignored.
 * @module
 */
import { type CborValue, DecodeError } from '@vagus/wire'

const refuse = (problem: string): DecodeError => new DecodeError('bad-value', 0, problem)

/** Items of a list; also bounded by the size of the message. */
const maxItems = 256

export class Fields {
  readonly #what: string
  readonly #map: ReadonlyMap<CborValue, CborValue>

  /** @throws {DecodeError} not a map, or one with a critical key that is not among `known` */
  constructor(value: CborValue, what: string, known: readonly number[]) {
    if (!(value instanceof Map)) throw refuse(`${what} must be a map with integer keys`)
    this.#map = value as ReadonlyMap<CborValue, CborValue>
    this.#what = what
    for (const key of this.#map.keys()) {
      const isCritical = (typeof key === 'number' || typeof key === 'bigint') && key < 0
      if (isCritical && !known.includes(Number(key))) throw refuse(`${what} has the critical key ${key}, unknown here`)
    }
  }

  has(key: number): boolean {
    return this.#map.has(key)
  }

  value(key: number): CborValue {
    if (!this.#map.has(key)) throw refuse(`${this.#what} has no key ${key}`)
    return this.#map.get(key)
  }

  /** @throws {DecodeError} */
  uint(key: number, most: number): number {
    return uintOf(this.value(key), most, `${this.#what}, key ${key},`)
  }

  text(key: number, most = 255): string {
    return textOf(this.value(key), most, `${this.#what}, key ${key},`)
  }

  octets(key: number, length: number): Uint8Array {
    return octetsOf(this.value(key), length, `${this.#what}, key ${key},`)
  }

  list<Item>(key: number, read: (value: CborValue) => Item, most = maxItems): readonly Item[] {
    return listOf(this.value(key), `${this.#what}, key ${key},`, most).map(read)
  }
}

/** @throws {DecodeError} */
export function uintOf(value: CborValue, most: number, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw refuse(`${what} must be 0..${most}`)
}

/** @throws {DecodeError} */
export function textOf(value: CborValue, most: number, what: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= most) return value
  throw refuse(`${what} must be text of 1..${most} characters`)
}

/** @throws {DecodeError} */
export function octetsOf(value: CborValue, length: number, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length === length) return value
  throw refuse(`${what} must have ${length} octets`)
}

/** @throws {DecodeError} */
function listOf(value: CborValue, what: string, most = maxItems): readonly CborValue[] {
  if (Array.isArray(value) && value.length <= most) return value as readonly CborValue[]
  throw refuse(`${what} must be a list of at most ${most}`)
}

/** The elements of a tuple of that length. @throws {DecodeError} */
export function tupleOf(value: CborValue, length: number, what: string): readonly CborValue[] {
  const items = listOf(value, what)
  if (items.length >= length) return items
  throw refuse(`${what} must have ${length} elements`)
}

export const permille = 1000
export const most53 = Number.MAX_SAFE_INTEGER
