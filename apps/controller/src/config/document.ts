/** A YAML text as a value whose parts know their line. @module */
import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import { aliasMistake } from './aliases.ts'
import { ConfigError, type KeyPath } from './config-error.ts'

/** A configuration of 10,000 devices with interfaces has about 5 MB; more is refused before it is parsed. */
const maxOctets = 33_554_432

interface Place {
  readonly line: number
  readonly column: number
}

export interface ConfigDocument {
  /** Plain data; an empty file is an empty object. */
  readonly value: Record<string, unknown>
  /** The place of the value, or of its nearest parent in the file. */
  place(path: KeyPath): Place | undefined
}

/** @throws {ConfigError} on text that is not YAML, or not a list of keys and values */
export function parseConfigDocument(text: string, source: string): ConfigDocument {
  const fail = (problem: string, place?: Place): ConfigError =>
    new ConfigError([{ key: '', source, line: place?.line, column: place?.column, problem }])
  if (Buffer.byteLength(text) > maxOctets) throw fail(`must have at most ${maxOctets} octets`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  const placeOf = (at: number): Place => {
    const { line, col: column } = lines.linePos(at)
    return { line, column }
  }
  if (error !== undefined) throw fail(`is not YAML: ${error.message}`, placeOf(error.pos[0]))
  const mistake = aliasMistake(document)
  if (mistake !== undefined) throw fail(mistake.problem, placeOf(mistake.at))
  const value = plainValue(document, fail)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fail('must be keys with values, such as "domain: metro"', { line: 1, column: 1 })
  }
  return {
    value: value as Record<string, unknown>, // sound: checked above
    place(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
        const last = path[depth - 1]!
        const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === String(last)) : undefined
        const key = pair?.key as { range?: readonly number[] } | undefined
        if (key?.range !== undefined) return placeOf(key.range[0]!)
        const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] } | undefined
        if (node?.range !== undefined) return placeOf(node.range[0]!)
      }
      return undefined
    },
  }
}

/** An empty file is an empty object. */
function plainValue(document: Document, fail: (problem: string) => ConfigError): unknown {
  try {
    return document.toJS() ?? {}
  } catch (error) {
    // Nested aliases could grow without limit; the parser counts them.
    throw fail(`cannot be read: ${(error as Error).message}`)
  }
}
