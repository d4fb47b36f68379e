/** Schemas of tools as JSON Schema (2020-12), short: a model pays for them in every conversation. @module */
import { z } from '@hono/zod-openapi'
import { durationPattern } from '@vagus/api/duration'
import { argumentsOf, shownBy, type Tool } from './tool.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Of the arguments. */
export const inputOf = (tool: Tool): JsonSchema =>
  short(z.toJSONSchema(argumentsOf(tool), { io: 'input' }), ['$schema'])

/** Of the structured content: the resource, and what was cut off it. */
export function outputOf(tool: Tool): JsonSchema {
  const { $ref, $defs, ...inline } = z.toJSONSchema(shownBy(tool), { io: 'output' })
  const schema = $ref === undefined ? inline : Object.values($defs!)[0]! // a resource has a name, and none within it
  const { properties } = short(schema, forNoReader)
  const { apiVersion: _, kind: __, ...shown } = properties as JsonSchema
  return { type: 'object', properties: { cut, ...shown } }
}

const cut = { type: 'string' }

/**
 * Most clients show their model no schema of answers, so what answers mean stands in the description of the tool. And who
 * reads an answer need not check it.
 */
const forNoReader = ['$schema', 'id', 'description', 'format', 'minimum', 'maximum', 'propertyNames', 'required']

/** @param dropped keywords that are left out at every level */
function short(schema: JsonSchema, dropped: readonly string[]): JsonSchema {
  const isRead = dropped === forNoReader
  const entries = Object.entries(schema).flatMap(([keyword, value]) => {
    if (dropped.includes(keyword) || isObvious(keyword, value)) return []
    if (keyword === 'pattern' && 'format' in schema) return [] // that of a time is long, and says no more
    if (isRead && keyword === 'additionalProperties' && value === false) return []
    if (isRead && keyword === 'type' && saysType(schema)) return [] // arguments need it: some models' APIs insist
    return [[keyword, shortValue(keyword, value, dropped)] as const]
  })
  return orNull(Object.fromEntries(entries))
}

/** What a model would not do otherwise; of a duration, the default or the description has an example. The API checks all. */
const isObvious = (keyword: string, value: unknown): boolean =>
  value === Number.MAX_SAFE_INTEGER ||
  value === durationPattern.source ||
  (keyword === 'minimum' && value === 0) ||
  (keyword === 'minLength' && value === 1)

/** What has values, properties or items is of no other type, unless it may be null. */
const saysType = ({ type, ...schema }: JsonSchema): boolean =>
  typeof type === 'string' && ('enum' in schema || 'properties' in schema || 'items' in schema)

function shortValue(keyword: string, value: unknown, dropped: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (keyword === 'items' || keyword === 'additionalProperties') return short(value as JsonSchema, dropped)
  if (keyword === 'anyOf') return (value as readonly JsonSchema[]).map((each) => short(each, dropped))
  if (keyword !== 'properties') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, short(each as JsonSchema, dropped)]))
}

/** `anyOf` of a type and null is that type or null. */
function orNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  if (anyOf === undefined) return schema
  const [one, none, ...more] = anyOf as readonly JsonSchema[]
  const isNullable = none?.['type'] === 'null' && more.length === 0 && typeof one?.['type'] === 'string'
  if (!isNullable || 'enum' in one) return { anyOf, ...schema }
  return { ...one, type: [one['type'], 'null'], ...schema }
}
