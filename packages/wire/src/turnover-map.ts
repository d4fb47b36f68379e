/**
 * A map whose entries come and go by the thousand: connections, calls, routes.
 *
 * V8 gives a `Map` a new table after some dozens of changes, and the old table refers to the new one. Once a table has
 * got into old memory, it keeps its successor alive after it is dead itself, and so on: V8 then copies every entry, with
 * all that it refers to, into old memory, until it next collects all of it. Here tables hold only places in an array,
 * and the array forgets a value when it is deleted. A few entries need no table. (docs/decisions/0037)
 * @module
 */

/** Entries that are found by looking at each: faster than a table, which would be made anew with each change. */
const few = 8

export class TurnoverMap<Key extends string | number, Value> {
  /** Where the entry of a key is; `undefined` while there are few: then they are in order, and nothing is free. */
  #places: Map<Key, number> | undefined
  #keys: Key[] = []
  #values: (Value | undefined)[] = []
  #free: number[] = []

  get size(): number {
    return this.#places?.size ?? this.#keys.length
  }

  has(key: Key): boolean {
    return this.#placeOf(key) >= 0
  }

  get(key: Key): Value | undefined {
    const place = this.#placeOf(key)
    return place < 0 ? undefined : this.#values[place]
  }

  /** A key that is there already keeps its turn. */
  set(key: Key, value: Value): this {
    const present = this.#placeOf(key)
    const place = present < 0 ? (this.#free.pop() ?? this.#values.length) : present
    this.#values[place] = value
    if (present >= 0) return this
    if (this.#places !== undefined) this.#places.set(key, place)
    else if (this.#keys.push(key) > few) this.#startTable()
    return this
  }

  /** Whether it was there. */
  delete(key: Key): boolean {
    const place = this.#placeOf(key)
    if (place < 0) return false
    if (this.#places === undefined) {
      removeAt(this.#keys, place)
      removeAt(this.#values, place)
      return true
    }
    this.#values[place] = undefined
    this.#free.push(place)
    this.#places.delete(key)
    if (this.#places.size === 0) this.clear() // gives back what a crowd needed
    return true
  }

  clear(): void {
    this.#places?.clear() // ends iterations
    this.#places = undefined
    this.#keys = []
    this.#values = []
    this.#free = []
  }

  /** In the order in which the keys came. Those deleted meanwhile are left out; those added may be. */
  *[Symbol.iterator](): Generator<readonly [Key, Value], undefined> {
    for (const key of this.#places?.keys() ?? [...this.#keys]) {
      const place = this.#placeOf(key)
      if (place >= 0) yield [key, this.#values[place] as Value] // sound: the place of a key has its value
    }
  }

  *keys(): Generator<Key, undefined> {
    for (const [key] of this) yield key
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of this) yield value
  }

  /** -1: it is not there. */
  #placeOf(key: Key): number {
    return this.#places === undefined ? this.#keys.indexOf(key) : (this.#places.get(key) ?? -1)
  }

  #startTable(): void {
    this.#places = new Map(this.#keys.map((key, place) => [key, place]))
    this.#keys = []
  }
}

/** As `splice`, without its array. */
function removeAt(list: unknown[], place: number): void {
  list.copyWithin(place, place + 1)
  list.pop()
}
