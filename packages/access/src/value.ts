/**
 * Values of Cedar while policies are evaluated (Cedar, "Data types"). Booleans and strings are those of JavaScript. A long is
 * a number where it is a safe integer, else a bigint: so equal longs are `===`, and no more than necessary are bigints.
 * @module
 */

export type Value = boolean | number | bigint | string | EntityUid | CedarSet | CedarRecord

/** Why an expression has no value. It is returned, not thrown: a policy may err with each call. */
export class Failure {
  /** One sentence, without its end. */
  readonly problem: string

  constructor(problem: string) {
    this.problem = problem
  }
}

export type Outcome = Value | Failure

/** The name of an entity: `Agent::"did:key:z6Mk…"`. */
export class EntityUid {
  /** A path: `Agent`, `Acme::Agent`. */
  readonly type: string
  readonly id: string
  /** The same text for the same name only: a type has no quotes. */
  readonly key: string

  constructor(type: string, id: string) {
    this.type = type
    this.id = id
    this.key = `${type}::"${id}"`
  }
}

/** Any values, each once, in no order. */
export class CedarSet implements Iterable<Value> {
  /** Equal primitives are `===`, as a Set compares; all others are found by their digest. */
  readonly #primitives = new Set<Value>()
  readonly #others = new Map<string, Value>()

  constructor(values: Iterable<Value>) {
    for (const value of values) {
      if (typeof value === 'object') this.#others.set(digestOf(value), value)
      else this.#primitives.add(value)
    }
  }

  get size(): number {
    return this.#primitives.size + this.#others.size
  }

  has(value: Value): boolean {
    return typeof value === 'object' ? this.#others.has(digestOf(value)) : this.#primitives.has(value)
  }

  *[Symbol.iterator](): Iterator<Value> {
    yield* this.#primitives
    yield* this.#others.values()
  }

  hasAll(values: CedarSet): boolean {
    if (values.size > this.size) return false
    for (const value of values) if (!this.has(value)) return false
    return true
  }

  hasAny(values: CedarSet): boolean {
    if (values.size > this.size) return values.hasAny(this)
    for (const value of values) if (this.has(value)) return true
    return false
  }
}

/** Values by name: a record, or the attributes of an entity. */
export class CedarRecord {
  readonly members: ReadonlyMap<string, Value>

  constructor(members: ReadonlyMap<string, Value>) {
    this.members = members
  }

  get(name: string): Value | undefined {
    return this.members.get(name)
  }
}

export const emptyRecord = new CedarRecord(new Map())

/** Equality of Cedar: values of different types are different, never an error. */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof EntityUid) return b instanceof EntityUid && a.key === b.key
  if (a instanceof CedarSet) return b instanceof CedarSet && a.size === b.size && a.hasAll(b)
  if (!(b instanceof CedarRecord) || a.members.size !== b.members.size) return false
  for (const [name, value] of a.members) {
    const other = b.get(name)
    if (other === undefined || !equalValues(value, other)) return false
  }
  return true
}

/** One text for each value, so that sets find equal ones. */
function digestOf(value: Value): string {
  if (value instanceof EntityUid) return `e${value.key}`
  if (value instanceof CedarSet) {
    return `[${Array.from(value, digestOf)
      .map((digest) => JSON.stringify(digest))
      .sort()
      .join()}]`
  }
  if (value instanceof CedarRecord) {
    const members = Array.from(value.members, ([name, member]) => JSON.stringify([name, digestOf(member)]))
    return `{${members.sort().join()}}`
  }
  return `${typeof value === 'string' ? 's' : 'p'}${value}`
}

/** The type of `value` as in sentences: "a long". */
export function typeOf(value: Value): string {
  if (value instanceof EntityUid) return `an entity of type ${value.type}`
  if (value instanceof CedarSet) return 'a set'
  if (value instanceof CedarRecord) return 'a record'
  return typeof value === 'boolean' ? 'a boolean' : typeof value === 'string' ? 'a string' : 'a long'
}

/** That `outcome` should have been `wanted` ("a set"); a failure stays the failure that it is. */
export function wrongType(outcome: Outcome, wanted: string): Failure {
  return outcome instanceof Failure ? outcome : new Failure(`needs ${wanted}, and got ${typeOf(outcome)}`)
}
