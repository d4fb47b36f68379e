/** Arguments of an MCP tool as words, `KEY=VALUE`, turned into what the tool's schema says of each. @module */
import { nearestOf } from '@vagus/api/nearest'
import type { Tool } from '@modelcontextprotocol/client'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

/** A word split at its first `=`. */
export type Pair = readonly [key: string, value: string]

/** @throws {Failure} usage: a word without a key */
export function pairOf(word: string): Pair {
  const at = word.indexOf('=')
  if (at < 1)
    throw new Failure(exitCode.usage, `"${word}" is not an argument of a tool`, 'write KEY=VALUE, or --with JSON')
  return [word.slice(0, at), word.slice(at + 1)]
}

/**
 * A key that is given again makes a list longer; of anything else it is refused. A value whose schema names no plain type
 * is JSON if it can be read as that, else text.
 * @throws {Failure} usage: a key that the tool does not take, or a value of another type
 */
export function argumentsOfPairs({ name, inputSchema }: Tool, pairs: readonly Pair[]): Record<string, unknown> {
  const { properties = {} } = inputSchema
  const taken = new Map<string, unknown>()
  for (const [key, value] of pairs) {
    if (!Object.hasOwn(properties, key)) throw unknownKey(name, key, Object.keys(properties))
    const schema = schemaOf(properties[key])
    const before = taken.get(key)
    if (schema.type === 'array') {
      const list = Array.isArray(before) ? before : []
      taken.set(key, [...list, valueOf(key, value, schemaOf(schema.items))])
    } else if (taken.has(key))
      throw new Failure(exitCode.usage, `"${key}" takes one value, got several`, 'give it once')
    else taken.set(key, valueOf(key, value, schema))
  }
  return Object.fromEntries(taken)
}

/** Data of a message, of which there is no schema: a value is JSON if it can be read as that, else text. @throws {Failure} usage */
export function dataOfPairs(pairs: readonly Pair[]): Record<string, unknown> {
  const taken = new Map<string, unknown>()
  for (const [key, value] of pairs) {
    if (taken.has(key))
      throw new Failure(exitCode.usage, `"${key}" takes one value, got several`, 'give it once, a list as [1,2]')
    taken.set(key, jsonOr(value))
  }
  return Object.fromEntries(taken)
}

interface Schema {
  readonly type?: unknown
  readonly items?: unknown
}

const schemaOf = (value: unknown): Schema => (typeof value === 'object' && value !== null ? value : {})

function valueOf(key: string, text: string, { type }: Schema): unknown {
  const wrong = (right: string): Failure =>
    new Failure(exitCode.usage, `"${key}" must be ${right}, got "${text}"`, `write ${key}=VALUE`)
  switch (type) {
    case 'string':
      return text
    case 'integer':
    case 'number': {
      const value = text.trim() === '' ? NaN : Number(text)
      if (!Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value)))
        throw wrong(type === 'integer' ? 'a whole number' : 'a number')
      return value
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw wrong('true or false')
      return text === 'true'
    default:
      return jsonOr(text)
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function unknownKey(tool: string, key: string, known: readonly string[]): Failure {
  const near = nearestOf(key, known)
  const takes = known.length === 0 ? 'it takes nothing' : `it takes ${known.join(', ')}`
  return new Failure(
    exitCode.usage,
    `${tool} takes no "${key}"`,
    near === undefined ? takes : `did you mean "${near}"? ${takes}`,
  )
}
