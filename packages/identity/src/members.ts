/**
 * Reads the members of a JSON object from a stranger: every type, length and range is checked, and a refusal names the
 * member. Members that are not read are left alone: they are signed like the others, and stay.
 * @module
 */
import { decodeBase64url } from './base64url.ts'
import { isList, type JsonValue } from './canonical.ts'
import { RefusalError } from './refusal.ts'

/** Limit of times in seconds since 1970 (RFC 7519 §2, NumericDate): the year 9999. */
const maxSeconds = 253_402_300_799

export class Members {
  readonly #value: { readonly [name: string]: JsonValue }
  readonly #where: string

  /** @param where names the object in refusals: "the document" */
  constructor(value: JsonValue, where: string) {
    if (value === null || typeof value !== 'object' || isList(value)) {
      throw new RefusalError('malformed', `${where} is not a JSON object`)
    }
    this.#value = value
    this.#where = where
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name)
  }

  /** The members that are not among `names`. */
  except(names: readonly string[]): Readonly<Record<string, JsonValue>> {
    return Object.fromEntries(Object.entries(this.#value).filter(([name]) => !names.includes(name)))
  }

  /** @throws {RefusalError} `malformed` unless the member is exactly `value`. */
  literal(name: string, value: number): void {
    if (this.#member(name) !== value) throw this.#wrong(name, `${value}`)
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#member(name)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      throw this.#wrong(name, `an integer ${min}..${max}`)
    }
    return value
  }

  seconds(name: string): number {
    return this.integer(name, 0, maxSeconds)
  }

  text(name: string, pattern: RegExp, example: string): string {
    return this.#text(this.#member(name), name, pattern, example)
  }

  /** At most `max` different texts that all match `pattern`. */
  texts(name: string, max: number, pattern: RegExp, example: string): readonly string[] {
    const values = this.list(name, max).map((value) => this.#text(value, name, pattern, example))
    if (new Set(values).size !== values.length) throw this.#wrong(name, 'a list without repeated entries')
    return values
  }

  list(name: string, max: number): readonly JsonValue[] {
    const value = this.#member(name)
    if (!isList(value)) throw this.#wrong(name, 'a list')
    if (value.length > max) {
      throw new RefusalError(
        'limit',
        `"${name}" of ${this.#where} has ${value.length} elements; at most ${max} are read`,
      )
    }
    return value
  }

  /** Octets in base64url, exactly `length`. */
  octets(name: string, length: number): Uint8Array<ArrayBuffer> {
    const value = this.#member(name)
    const octets = typeof value === 'string' ? decodeBase64url(value) : undefined
    if (octets?.length !== length) throw this.#wrong(name, `${length} octets in base64url`)
    return octets
  }

  object(name: string): Members {
    return new Members(this.#member(name), `"${name}" of ${this.#where}`)
  }

  #text(value: JsonValue, name: string, pattern: RegExp, example: string): string {
    if (typeof value !== 'string' || !pattern.test(value)) throw this.#wrong(name, `like ${example}`)
    return value
  }

  #member(name: string): JsonValue {
    if (!this.has(name)) throw new RefusalError('malformed', `${this.#where} has no "${name}"`)
    return this.#value[name]!
  }

  #wrong(name: string, right: string): RefusalError {
    return new RefusalError('malformed', `"${name}" of ${this.#where} must be ${right}`)
  }
}
