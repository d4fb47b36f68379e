/**
 * One well-formed CBOR item inside a message: its octets as received, its elements, its value. A protocol reads an item
 * only as far as it understands it and forwards the octets, so that unknown parts survive.
 * @module
 */
import { DecodeError } from '../decode-error.ts'
import { float16 } from './float.ts'
import { exactArgument, type Head, readHead } from './head.ts'
import { type CborLimits, defaultCborLimits } from './limits.ts'
import { ItemScanner } from './scanner.ts'
import { readText } from './text.ts'
import { breakOctet, type CborValue, majorType } from './value.ts'

/**
 * Reads `octets` as exactly one item.
 * @throws {DecodeError} `truncated`, `trailing-octets`, `bad-value` when not well-formed, `bad-length` past a limit
 */
export function readItem(octets: Uint8Array, limits = defaultCborLimits): CborItem {
  const end = new ItemScanner(limits).scan(octets)
  if (end === undefined) throw new DecodeError('truncated', octets.length, 'the item is incomplete')
  if (end < octets.length) throw new DecodeError('trailing-octets', end, `${octets.length - end} octets too many`)
  return new CborItem(octets, 0, limits)
}

/**
 * Decodes the value of `octets`, exactly one item.
 * @throws {DecodeError} like `readItem`, and `bad-value` when a map has equal keys
 */
export const decodeCbor = (octets: Uint8Array, limits: CborLimits = defaultCborLimits): CborValue =>
  readItem(octets, limits).value()

export class CborItem {
  /** Offset of the start of the item in the message. */
  readonly offset: number
  readonly #message: Uint8Array
  readonly #head: Head
  readonly #limits: CborLimits
  #end: number | undefined

  /** For `readItem` and `elements` only: `message` must hold a well-formed item at `offset`. */
  constructor(message: Uint8Array, offset: number, limits: CborLimits) {
    this.#message = message
    this.offset = offset
    this.#limits = limits
    this.#head = readHead(message, offset)! // sound: the item is well-formed
  }

  /** The item as received, a view on the message. */
  get octets(): Uint8Array {
    return this.#message.subarray(this.offset, this.end)
  }

  /** Offset of the end of the item in the message. */
  get end(): number {
    this.#end ??= new ItemScanner(this.#limits, this.offset).scan(this.#message)! // sound: the item is whole
    return this.#end
  }

  /** Major type (RFC 8949 §3.1). */
  get major(): number {
    return this.#head.major
  }

  /** The elements of an array; the alternating keys and values of a map; the content of a tag; otherwise none. */
  elements(): readonly CborItem[] {
    const { major, length, argument } = this.#head
    if (major < majorType.array || major > majorType.tag) return []
    const wanted = major === majorType.tag ? 1 : major === majorType.map ? 2 * argument : argument
    const items: CborItem[] = []
    let at = this.#head.end
    while (length === 'definite' ? items.length < wanted : this.#message[at] !== breakOctet) {
      const item = new CborItem(this.#message, at, this.#limits)
      items.push(item)
      at = item.end
    }
    return items
  }

  /** @throws {DecodeError} `bad-value` when a map has equal keys */
  value(): CborValue {
    const { major } = this.#head
    if (major === majorType.unsigned) return this.#exact()
    if (major === majorType.negative) return this.#negative()
    if (major === majorType.octets) return this.#string()
    if (major === majorType.text) return this.#text()
    if (major === majorType.array) return this.elements().map((element) => element.value())
    if (major === majorType.map) return this.#map()
    if (major === majorType.tag) return { type: 'tag', tag: this.#exact(), value: this.elements()[0]!.value() }
    return this.#simple()
  }

  #exact(): number | bigint {
    return exactArgument(this.#message, this.offset, this.#head)
  }

  #negative(): number | bigint {
    const argument = this.#exact()
    if (typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER) return -1 - argument
    return -1n - BigInt(argument)
  }

  /** The chunks of a string, as views with their offset; a string of definite length is one chunk. */
  #chunks(): readonly { readonly at: number; readonly octets: Uint8Array }[] {
    const { length, end, argument } = this.#head
    if (length === 'definite') return [{ at: end, octets: this.#message.subarray(end, end + argument) }]
    const chunks = []
    for (let at = end; this.#message[at] !== breakOctet;) {
      const chunk = readHead(this.#message, at)! // sound: the item is well-formed
      at = chunk.end + chunk.argument
      chunks.push({ at: chunk.end, octets: this.#message.subarray(chunk.end, at) })
    }
    return chunks
  }

  #string(): Uint8Array {
    const chunks = this.#chunks()
    const whole = new Uint8Array(chunks.reduce((sum, { octets }) => sum + octets.length, 0))
    let at = 0
    for (const { octets } of chunks) {
      whole.set(octets, at)
      at += octets.length
    }
    return whole
  }

  #text(): string {
    return this.#chunks()
      .map(({ at, octets }) => readText(octets, at))
      .join('')
  }

  #map(): CborValue {
    const items = this.elements()
    const map = new Map<CborValue, CborValue>()
    const keys = new Set<string>()
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index]!
      const name = key.octets.join()
      const value = key.value()
      if (keys.has(name) || map.has(value)) throw new DecodeError('bad-value', key.offset, 'a map with equal keys')
      keys.add(name)
      map.set(value, items[index + 1]!.value())
    }
    return map
  }

  #simple(): CborValue {
    const { info, end, argument } = this.#head
    if (info < 25) return simpleValue(argument)
    const at = this.offset + 1
    const view = new DataView(this.#message.buffer, this.#message.byteOffset + at, end - at)
    const value = info === 25 ? float16(view.getUint16(0)) : info === 26 ? view.getFloat32(0) : view.getFloat64(0)
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? { type: 'float', value } : value
  }
}

function simpleValue(argument: number): CborValue {
  if (argument === 20) return false
  if (argument === 21) return true
  if (argument === 22) return null
  if (argument === 23) return undefined
  return { type: 'simple', value: argument }
}
