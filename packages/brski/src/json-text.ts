/**
 * JSON from a stranger. A repeated name is refused: two readers of a signed text could otherwise believe different
 * values, and both would be right (RFC 8259 §4). So is deep nesting.
 * @module
 */
import type { JsonValue } from '@vagus/identity'
import { RefusalError } from './refusal.ts'

export type JsonObject = { readonly [name: string]: JsonValue }

/** Nothing of ours nests deeper than 3; `reason-context` may be anything. */
const maxDepth = 16

/** @param what names the text in refusals @throws {RefusalError} `format`, `malformed` */
export function parseJsonObject(octets: Uint8Array, what: string): JsonObject {
  let value: JsonValue
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(octets)
    value = JSON.parse(text) as JsonValue // JSON has no other values
  } catch {
    throw new RefusalError('format', `${what} is not JSON in UTF-8`)
  }
  if (!isObject(value)) throw new RefusalError('format', `${what} is not a JSON object`)
  checkNames(text, what)
  return value
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Walks the tokens of `text`, which is valid JSON: a string before a colon is a name. */
function checkNames(text: string, what: string): void {
  const open: Set<string>[] = []
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[[{\]}]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string // the escapes of one name may differ
      if (open.at(-1)!.has(name)) throw new RefusalError('malformed', `${what} has "${name.slice(0, 80)}" twice`)
      open.at(-1)!.add(name)
    }
    if (open.length > maxDepth) throw new RefusalError('malformed', `${what} is nested more than ${maxDepth} deep`)
  }
}
