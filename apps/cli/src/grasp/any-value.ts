/** Objectives of which we know nothing but the name: their values go out and come in as JSON. @module */
import { declareObjective, type ObjectiveType } from '@vagus/grasp'
import type { CborValue } from '@vagus/wire'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const anyObjective = (name: string): ObjectiveType<CborValue> =>
  declareObjective({ name, purpose: 'synchronization', codec: { encode: (value) => value, decode: (value) => value } })

/** JSON as CBOR: numbers, texts, lists, true, false, null; maps have text keys. @throws {Failure} */
export function valueOfJson(text: string): CborValue {
  try {
    return cborOf(JSON.parse(text))
  } catch (cause) {
    const fix = `such as 42, '"text"' or '["a", 1]'`
    throw new Failure(exitCode.usage, `the value must be JSON, got ${text}`, fix, cause)
  }
}

function cborOf(value: unknown): CborValue {
  if (Array.isArray(value)) return value.map(cborOf)
  if (typeof value !== 'object' || value === null) return value as CborValue
  return new Map(Object.entries(value).map(([key, each]): [string, CborValue] => [key, cborOf(each)]))
}

/** CBOR as JSON: octets as hexadecimal text, keys of maps as text. */
export function jsonOf(value: CborValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(jsonOf)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), jsonOf(each)]))
  return typeof value === 'bigint' ? value.toString() : value
}
