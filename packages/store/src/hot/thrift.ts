/**
 * The subset of Apache Thrift's compact protocol that Parquet's headers need: structs, lists, integers, text. @module
 */

const fieldType = { i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const

/** A value of a field; its type is written with it. */
type ThriftValue =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly struct: ThriftStruct }
  | { readonly list: 'i32' | 'text' | 'struct'; readonly of: readonly (number | string | ThriftStruct)[] }

/** Fields by number, in ascending order. */
export type ThriftStruct = readonly (readonly [field: number, value: ThriftValue])[]

/** The octets of a struct. */
export function thriftOctets(struct: ThriftStruct): Uint8Array {
  const octets: number[] = []
  putStruct(octets, struct)
  return Uint8Array.from(octets)
}

function putStruct(octets: number[], struct: ThriftStruct): void {
  let before = 0
  for (const [field, value] of struct) {
    // Field ids in Parquet always differ by less than 16.
    octets.push(((field - before) << 4) | typeOf(value))
    before = field
    putValue(octets, value)
  }
  octets.push(0)
}

function typeOf(value: ThriftValue): number {
  if ('i32' in value) return fieldType.i32
  if ('i64' in value) return fieldType.i64
  if ('text' in value) return fieldType.text
  return 'list' in value ? fieldType.list : fieldType.struct
}

function putValue(octets: number[], value: ThriftValue): void {
  if ('i32' in value) putInteger(octets, value.i32)
  else if ('i64' in value) putInteger(octets, value.i64)
  else if ('text' in value) putText(octets, value.text)
  else if ('struct' in value) putStruct(octets, value.struct)
  else {
    const { list, of } = value
    if (of.length < 15) octets.push((of.length << 4) | fieldType[list])
    else {
      octets.push(0xf0 | fieldType[list])
      putVariable(octets, of.length)
    }
    for (const each of of) {
      if (typeof each === 'number') putInteger(octets, each)
      else if (typeof each === 'string') putText(octets, each)
      else putStruct(octets, each)
    }
  }
}

/** Zigzag encoding of numbers that are 0 or more. */
const putInteger = (octets: number[], value: number): void => putVariable(octets, value * 2)

function putVariable(octets: number[], value: number): void {
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 128)
  octets.push(rest)
}

function putText(octets: number[], text: string): void {
  const encoded = new TextEncoder().encode(text)
  putVariable(octets, encoded.length)
  octets.push(...encoded)
}
