/** Objectives known only by name: their values are read and printed as JSON. @module */
import { declareObjective, type ObjectiveType } from '@vagus/grasp'
import { type CborValue, encodeCbor } from '@vagus/wire'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const anyObjective = (name: string): ObjectiveType<CborValue> =>
  declareObjective({ name, purpose: 'synchronization', codec: { encode: (value) => value, decode: (value) => value } })

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** JSON as CBOR: numbers, texts, lists, true, false, null; maps have text keys. @throws {Failure} */
export function valueOfJson(text: string): CborValue {
  let value: CborValue
  try {
    value = cborOf(JSON.parse(text))
  } catch (cause) {
    const fix = `such as 42, '"text"' or '["a", 1]'`
    throw new Failure(exitCode.usage, `the value must be JSON, got ${text}`, fix, cause)
  }
  try {
    encodeCbor(value)
    return value
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new Failure(exitCode.usage, `the value cannot be sent as CBOR: ${cause.message}`, '', cause)
  }
}

function cborOf(value: unknown): CborValue {
  if (Array.isArray(value)) return value.map(cborOf)
  if (typeof value !== 'object' || value === null) return value as CborValue
  return new Map(Object.entries(value).map(([key, each]): [string, CborValue] => [key, cborOf(each)]))
}

/**
 * CBOR as JSON (RFC 8949 §6.1), for any value: octets as hexadecimal text, integers too large for a number as text,
 * tagged values without the tag, null for what JSON cannot express. Keys of maps become text; a map in which two keys
 * would then be equal becomes a list of pairs.
 */
export function jsonOf(value: CborValue): JsonValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return jsonOfMap(value)
  if (isList(value)) return value.map(jsonOf)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  return 'type' in value && value.type !== 'simple' ? jsonOf(value.value) : null
}

const isList = (value: CborValue): value is readonly CborValue[] => Array.isArray(value)

function jsonOfMap(map: ReadonlyMap<CborValue, CborValue>): JsonValue {
  const pairs = [...map].map(([key, each]) => [jsonOf(key), jsonOf(each)] as const)
  const named = pairs.map(([key, each]) => [typeof key === 'string' ? key : JSON.stringify(key), each] as const)
  return new Set(named.map(([name]) => name)).size === named.length ? Object.fromEntries(named) : pairs
}
