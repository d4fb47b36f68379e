/** Reads the leaves of one container: every type, length and range is checked, and a refusal names the leaf. @module */
import type { JsonValue } from '@vagus/identity'
import { decodeBase64 } from './base64.ts'
import { parseDateAndTime } from './date-and-time.ts'
import type { JsonObject } from './json-text.ts'
import { RefusalError } from './refusal.ts'

/** Octets of a binary leaf: a certificate, or a request with a chain inside. */
const maxBinaryOctets = 32_768

export class Leaves {
  readonly #value: JsonObject
  readonly #where: string

  /** @param where names the container in refusals: "the voucher" */
  constructor(value: JsonObject, where: string) {
    this.#value = value
    this.#where = where
  }

  /** `null` counts as absent, as some peers write it. */
  has(name: string): boolean {
    return Object.hasOwn(this.#value, name) && this.#value[name] !== null
  }

  /** The members that are not among `names`. */
  except(names: readonly string[]): JsonObject {
    return Object.fromEntries(Object.entries(this.#value).filter(([name]) => !names.includes(name)))
  }

  /** 1..`most` characters without control characters. */
  text(name: string, most: number): string {
    const value = this.#value[name]
    if (typeof value !== 'string' || value.length === 0 || value.length > most || /\p{Cc}/u.test(value)) {
      throw this.#wrong(name, `a text of 1..${most} characters without control characters`)
    }
    return value
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const word = words.find((word) => word === this.#value[name])
    if (word === undefined) throw this.#wrong(name, words.map((word) => `"${word}"`).join(' or '))
    return word
  }

  /** Milliseconds since 1970. */
  time(name: string): number {
    const value = this.#value[name]
    const time = typeof value === 'string' ? parseDateAndTime(value) : undefined
    if (time === undefined) throw this.#wrong(name, 'a date and time such as "2026-01-31T12:00:00Z"')
    return time
  }

  binary(name: string): Uint8Array {
    const value = this.#value[name]
    if (typeof value !== 'string' || value === '') throw this.#wrong(name, 'octets in base64')
    if (value.length > (maxBinaryOctets * 4) / 3) {
      throw new RefusalError('limit', `"${name}" of ${this.#where} is longer than ${maxBinaryOctets} octets`)
    }
    return decodeBase64(value, `"${name}" of ${this.#where}`)
  }

  /** RFC 7951 §6.8 has `true`; one implementation writes the text "True". */
  flag(name: string): boolean {
    const value = this.#value[name]
    const word = typeof value === 'string' ? value.toLowerCase() : value
    if (word === true || word === 'true') return true
    if (word === false || word === 'false') return false
    throw this.#wrong(name, 'true or false')
  }

  /** An integer 0..2^32-1. RFC 8995's own example of an audit log has texts where its CDDL has numbers. */
  count(name: string): number {
    const value = this.#value[name]
    const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0xffffffff) {
      throw this.#wrong(name, 'an integer 0..4294967295')
    }
    return number
  }

  member(name: string): JsonValue | undefined {
    return this.#value[name]
  }

  #wrong(name: string, right: string): RefusalError {
    const state = this.has(name) ? 'is wrong' : 'is missing'
    return new RefusalError('malformed', `"${name}" of ${this.#where} ${state}; it must be ${right}`)
  }
}
