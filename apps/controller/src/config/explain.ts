/** The meaning of a key, its valid values, and its value now. @module */
import { configJsonSchema, type JsonSchema } from '@vagus/api'
import { durationPattern } from '@vagus/api/duration'
import { ratePattern } from '@vagus/api/rate'
import type { LoadedConfig } from './load.ts'
import { environmentNameOf, settings } from './setting.ts'

export interface KeyExplanation {
  readonly key: string
  readonly description: string
  /** Such as `integer, at least 65536`. */
  readonly type: string
  readonly default: unknown
  /** Whether it must be there, wherever the key above it is. */
  readonly required: boolean
  /** Keys below it, by the names that can be queried. */
  readonly keys: readonly string[]
  /** The variable that sets it; `undefined` when only the file can. */
  readonly environment: string | undefined
  /** In the configuration given; undefined without one, or below a list. */
  readonly value: unknown
  /** Where the value came from. */
  readonly origin: string | undefined
}

/** `devices[].address`, `flow.silentAfter` or `flow`; undefined when there is no such key. */
export function explainKey(key: string, loaded?: Pick<LoadedConfig, 'config' | 'origins'>): KeyExplanation | undefined {
  const names = key.replaceAll(/\[\d*\]/g, '').split('.')
  let schema: JsonSchema | undefined = configJsonSchema()
  let value: unknown = loaded?.config
  let isBelowList = false
  let required = false
  for (const name of names) {
    if (schema.items?.properties !== undefined) {
      schema = schema.items
      isBelowList = true
    }
    required = isRequired(name, schema)
    schema = schema.properties?.[name]
    if (schema === undefined) return undefined
    value = isBelowList ? undefined : (value as Record<string, unknown> | undefined)?.[name]
  }
  const path = names.join('.')
  return {
    key: path,
    description: schema.description ?? '',
    type: typeOf(schema),
    default: schema.default,
    required,
    keys: Object.keys(schema.properties ?? schema.items?.properties ?? {}).map((name) => `${path}.${name}`),
    environment: settings().has(path) ? environmentNameOf(path) : undefined,
    value,
    origin: loaded === undefined ? undefined : (loaded.origins.get(path) ?? 'default'),
  }
}

const isRequired = (name: string, above: JsonSchema): boolean => above.required?.includes(name) === true

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf?.some(({ pattern }) => pattern === ratePattern.source) === true)
    return 'bits per second above 0, also with k, M or G, such as 1G'
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.enum !== undefined) return schema.enum.map(String).join(' or ')
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'values' : typeOf(schema.items)}`
  if (schema.properties !== undefined) return `keys ${Object.keys(schema.properties).join(', ')}`
  if (schema.pattern === durationPattern.source) return 'a number and s, m, h or d, above 0'
  const bounds = [
    schema.minimum === undefined ? '' : `at least ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER ? '' : `at most ${schema.maximum}`,
    schema.format ?? '',
  ]
  return [schema.type ?? 'value', ...bounds.filter((bound) => bound !== '')].join(', ')
}
