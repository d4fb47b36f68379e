/**
 * Values of our objectives: CBOR maps with integer keys. A key that we do not know is ignored when it is 0 or above, and makes
 * the value unreadable when it is negative: then whoever wrote it says that it must not be ignored.
 * @module
 */
import { cborList, cborOctets, cborText, cborUint, type CborValue, DecodeError } from '@vagus/wire'

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
    return cborUint(this.value(key), most, `${this.#what}, key ${key},`)
  }

  text(key: number, most = 255): string {
    return cborText(this.value(key), most, `${this.#what}, key ${key},`)
  }

  octets(key: number, length: number): Uint8Array {
    return cborOctets(this.value(key), length, `${this.#what}, key ${key},`)
  }

  list<Item>(key: number, read: (value: CborValue) => Item, most = maxItems): readonly Item[] {
    return cborList(this.value(key), most, `${this.#what}, key ${key},`).map(read)
  }
}

/** The elements of a tuple of that length. @throws {DecodeError} */
export function tupleOf(value: CborValue, length: number, what: string): readonly CborValue[] {
  const items = cborList(value, maxItems, what)
  if (items.length >= length) return items
  throw refuse(`${what} must have ${length} elements`)
}

export const permille = 1000
export const most53 = Number.MAX_SAFE_INTEGER
