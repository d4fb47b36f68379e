/**
 * A hash chain over entries. Each hash covers its entry and, through the hash before, all earlier ones:
 *
 *   hash of entry n = SHA-256(hash of entry n-1 as hexadecimal text | canonical JSON of entry n without its `hash`)
 *
 * as octets of UTF-8; the JSON is that of RFC 8785. So `printf %s%s "$before" "$entry" | sha256sum` gives it, too.
 * @module
 */
import { canonicalText, type IdentityCrypto, type JsonValue } from '@vagus/identity'
import { encodeHex } from '@vagus/wire'

/** A place in a chain: up to and with the entry of that id. */
export interface Mark {
  /** 0: before the first entry. */
  readonly id: number
  /** 64 hexadecimal digits. */
  readonly hash: string
}

/** Where a chain begins. */
export const beginning: Mark = { id: 0, hash: '0'.repeat(64) }

const utf8 = new TextEncoder()

/**
 * The hash of `entry`, which is without `hash` here, after one with the hash `before`.
 * @throws {RangeError} where the entry has no canonical JSON
 */
export function entryHash(before: string, entry: JsonValue, { sha256 }: Pick<IdentityCrypto, 'sha256'>): string {
  return encodeHex(sha256(utf8.encode(before + canonicalText(entry))))
}

/** Whether entries follow each other as they were written, one after another. */
export class ChainCheck {
  readonly #crypto: Pick<IdentityCrypto, 'sha256'>
  #at: Mark

  /** @param after where the first entry is to follow */
  constructor(after: Mark, crypto: Pick<IdentityCrypto, 'sha256'>) {
    this.#at = after
    this.#crypto = crypto
  }

  /** The last entry that followed. */
  get at(): Mark {
    return this.#at
  }

  /** What is wrong with the next entry, for people; undefined where it follows. What does not follow is not taken. */
  take(entry: JsonValue): string | undefined {
    const { id: before, hash: hashBefore } = this.#at
    if (!isObject(entry)) return `what stands after entry ${before} is no entry`
    const { hash, ...body } = entry
    const { id } = body
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) return `what stands after entry ${before} has no id`
    const named = nameOf(body)
    if (id <= before) return `${named} stands after entry ${before}: it was put in, or its id was changed`
    if (typeof hash !== 'string') return `${named} has no hash: it was put in, or its hash was taken away`
    if (hash !== this.#hashOf(hashBefore, body)) return notFollowing(named, before, id)
    this.#at = { id, hash }
    return undefined
  }

  #hashOf(before: string, body: JsonValue): string | undefined {
    try {
      return entryHash(before, body, this.#crypto)
    } catch (error) {
      if (error instanceof RangeError) return undefined // we write no such entries
      throw error
    }
  }
}

function notFollowing(named: string, before: number, id: number): string {
  const between = id === before + 1 ? '' : `, or what was between ${before} and ${id} was taken out`
  return `${named} is not what was written after entry ${before}: it was changed${between}`
}

/** With what people look for it by. */
function nameOf(body: { readonly [name: string]: JsonValue }): string {
  const more = [body['at'], body['event']].filter((word) => typeof word === 'string')
  return `entry ${JSON.stringify(body['id'])}${more.length === 0 ? '' : ` (${more.join(', ')})`}`
}

/** `Array.isArray` does not narrow a read-only list. */
export const isObject = (value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
