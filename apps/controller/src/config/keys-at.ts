/** Which keys a value of the configuration may have. @module */
import { configJsonSchema, type JsonSchema } from '@vagus/api'
import type { KeyPath } from './config-error.ts'

/** Also below lists; none where the value has no keys of its own. */
export function keysAt(path: KeyPath): readonly string[] {
  const schema = path.reduce<JsonSchema | undefined>(
    (at, part) => (typeof part === 'number' ? at?.items : at?.properties?.[part]),
    configJsonSchema(),
  )
  return Object.keys(schema?.properties ?? {})
}
