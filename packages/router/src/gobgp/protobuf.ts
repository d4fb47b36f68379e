/**
 * Protocol Buffers as far as GoBGP's API needs them: varints, text, octets and messages in fields that are there once or
 * many times. A message is a table of names, numbers and kinds that reads and writes; fields of other numbers are passed
 * over. https://protobuf.dev/programming-guides/encoding/
 * @module
 */

type Kind = 'uint' | 'bool' | 'text' | 'octets' | Message<Fields>
interface Field {
  readonly number: number
  readonly kind: Kind
  readonly count: 'one' | 'many'
}
export type Fields = Readonly<Record<string, Field>>

type ValueOfKind<K> = K extends 'uint'
  ? number
  : K extends 'bool'
    ? boolean
    : K extends 'text'
      ? string
      : K extends 'octets'
        ? Uint8Array
        : K extends Message<infer F>
          ? Values<F>
          : never
/** A field that is missing has its default (0, false, empty), as on the wire. */
export type Values<F extends Fields> = {
  readonly [Name in keyof F]?: F[Name]['count'] extends 'many'
    ? readonly ValueOfKind<F[Name]['kind']>[]
    : ValueOfKind<F[Name]['kind']>
}

export const one = <const K extends Kind>(number: number, kind: K) => ({ number, kind, count: 'one' }) as const
export const many = <const K extends Kind>(number: number, kind: K) => ({ number, kind, count: 'many' }) as const

const wireType = { varint: 0, fixed64: 1, counted: 2, fixed32: 5 } as const
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]

export class Message<F extends Fields> {
  readonly fields: F
  readonly #byNumber: ReadonlyMap<number, readonly [string, Field]>

  constructor(fields: F) {
    this.fields = fields
    this.#byNumber = new Map(Object.entries(fields).map((entry) => [entry[1].number, entry]))
  }

  /** @throws {RangeError} when a number is not within 0..2^53-1 */
  encode(values: Values<F>): Uint8Array {
    const parts: Uint8Array[] = []
    for (const [name, { number, kind, count }] of Object.entries(this.fields)) {
      const value: unknown = values[name]
      if (value === undefined) continue
      for (const single of count === 'many' ? (value as readonly unknown[]) : [value]) {
        parts.push(...encodeField(number, kind, single))
      }
    }
    return Buffer.concat(parts)
  }

  /** @throws {RangeError} when the octets are not a message */
  decode(octets: Uint8Array): Values<F> {
    const values: Record<string, unknown> = {}
    const at = { offset: 0 }
    while (at.offset < octets.length) {
      const key = readVarint(octets, at)
      const value = readRaw(octets, at, key & 7)
      const known = this.#byNumber.get(Math.floor(key / 8))
      if (known === undefined) continue
      const [name, { kind, count }] = known
      const read = valueOf(kind, value)
      if (count === 'one') values[name] = read
      else values[name] = [...((values[name] as unknown[] | undefined) ?? []), read]
    }
    return values as Values<F> // sound: names and kinds are those of the table
  }
}

function encodeField(number: number, kind: Kind, value: unknown): readonly Uint8Array[] {
  const key = (type: number): Uint8Array => varint(number * 8 + type)
  if (kind === 'uint' || kind === 'bool') return [key(wireType.varint), varint(Number(value))]
  const body =
    kind === 'text'
      ? encoder.encode(value as string)
      : kind === 'octets'
        ? (value as Uint8Array)
        : kind.encode(value as Values<Fields>)
  return [key(wireType.counted), varint(body.length), body]
}

function valueOf(kind: Kind, value: number | Uint8Array): unknown {
  if (typeof value === 'number') {
    if (kind !== 'uint' && kind !== 'bool') throw new RangeError('a number where octets were expected')
    return kind === 'bool' ? value !== 0 : value
  }
  if (kind === 'uint' || kind === 'bool') throw new RangeError('octets where a number was expected')
  return kind === 'text' ? decoder.decode(value) : kind === 'octets' ? value : kind.decode(value)
}

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a number must be 0..2^53-1, got ${value}`)
  const octets: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) octets.push((left % 128) | 128)
  octets.push(left)
  return new Uint8Array(octets)
}

/** Numbers of 64 bits above 2^53 lose their lowest bits: nothing here has any. */
function readVarint(octets: Uint8Array, at: { offset: number }): number {
  let value = 0
  for (let scale = 1; scale < 2 ** 70; scale *= 128) {
    const octet = octets[at.offset++]
    if (octet === undefined) throw new RangeError('a number that does not end')
    value += (octet & 127) * scale
    if (octet < 128) return value
  }
  throw new RangeError('a number of more than ten octets')
}

function readRaw(octets: Uint8Array, at: { offset: number }, type: number): number | Uint8Array {
  if (type === wireType.varint) return readVarint(octets, at)
  const length = type === wireType.counted ? readVarint(octets, at) : type === wireType.fixed32 ? 4 : 8
  if (type !== wireType.counted && type !== wireType.fixed32 && type !== wireType.fixed64) {
    throw new RangeError(`a field of wire type ${type}`)
  }
  const start = at.offset
  at.offset += length
  if (at.offset > octets.length) throw new RangeError('a field that is longer than its message')
  return octets.subarray(start, at.offset)
}
