/**
 * Settings given as text: by environment (`VAGUS_FLOW_SILENT_AFTER=60s`) or flag (`flow.silentAfter` = `60s`). Lists take
 * commas. What is a list of objects (devices, sites, links, applications) is set in the file alone.
 * @module
 */
import { configJsonSchema, type JsonSchema } from '@vagus/api'

/** Every key that text can set, with its schema. */
export function settings(): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>()
  const visit = (schema: JsonSchema, key: string): void => {
    if (schema.properties !== undefined) {
      for (const [name, inner] of Object.entries(schema.properties)) visit(inner, key === '' ? name : `${key}.${name}`)
    } else if (schema.type !== 'array' || schema.items?.type === 'string') {
      found.set(key, schema)
    }
  }
  visit(configJsonSchema(), '')
  return found
}

/** By them `vagus run` tells a program whose agent it is: a controller that is run so must not take them for its own. */
const toldByRun: ReadonlySet<string> = new Set(['VAGUS_AGENT_NAME'])

/** `flow.silentAfter` → `VAGUS_FLOW_SILENT_AFTER`; undefined where no variable sets the key. */
export function environmentNameOf(key: string): string | undefined {
  const words = key
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
  return toldByRun.has(`VAGUS_${words}`) ? undefined : `VAGUS_${words}`
}

/** All of them. */
export const environmentNames = (): readonly string[] =>
  [...settings().keys()].flatMap((key) => environmentNameOf(key) ?? [])

/** The value of the text. Text that is no number or no truth value stays text; the schema then says what it must be. */
export function valueOf(text: string, schema: JsonSchema): unknown {
  if (schema.type === 'array') return text.split(',').map((part) => part.trim())
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** Puts `value` at `key` (names with dots), making the objects on the way. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  const names = key.split('.')
  let at = target
  for (const name of names.slice(0, -1)) {
    const inner = at[name]
    const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {}
    at[name] = next
    at = next
  }
  at[names.at(-1)!] = value
}
