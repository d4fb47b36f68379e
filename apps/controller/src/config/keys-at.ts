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

/** More places are no hint, and shorter names are in many. */
const maxPlaces = 3
const leastLetters = 3

/** Where a key of that name, or of one that differs in case and dashes only, is; none where there are many. */
export function keysNamed(name: string): readonly string[] {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  const wanted = plain(name)
  if (wanted.length < leastLetters) return []
  const found: string[] = []
  const visit = (schema: JsonSchema, above: string): void => {
    for (const [key, inner] of Object.entries((schema.items ?? schema).properties ?? {})) {
      const path = above === '' ? key : `${above}.${key}`
      if (plain(key) === wanted || plain(path) === wanted) found.push(path)
      visit(inner, path)
    }
  }
  visit(configJsonSchema(), '')
  return found.length > maxPlaces ? [] : found
}
