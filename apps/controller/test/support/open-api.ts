/**
 * Holds values against schemas of OpenAPI 3.0 documents, as far as those of CAMARA go: references also to other files, all of
 * the words that they use, and no others. `discriminator` is not followed: who asks names the schema that is meant.
 */
import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

type Schema = Readonly<Record<string, unknown>>
interface Placed {
  readonly schema: Schema
  /** Path of the document that it stands in. */
  readonly file: string
}

/** Words that say nothing of what is valid. */
const silent = new Set([
  ...['description', 'example', 'title', 'externalDocs', 'discriminator', 'writeOnly', 'readOnly', 'default'],
  'deprecated',
])
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  uri: (text) => URL.canParse(text),
  'uri-reference': (text) => URL.canParse(text, 'http://localhost'),
  int32: () => true,
}

export class OpenApi {
  readonly #documents = new Map<string, unknown>()
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** At a JSON pointer of the document, references followed. */
  at(pointer: string): Placed {
    return this.#followed({ schema: { $ref: `#${pointer}` }, file: this.#file })
  }

  /** The schema of the body of a response, as JSON. @param status such as `201` */
  response(path: string, method: string, status: number): Placed {
    const place = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}`
    const { schema, file } = this.at(place)
    const content = schema['content'] as { 'application/json': { schema: Schema } }
    return this.#followed({ schema: content['application/json'].schema, file })
  }

  /** What is wrong, each with its place; none where the value is valid. */
  problems(value: unknown, { schema, file }: Placed, at = '$'): readonly string[] {
    const placed = this.#followed({ schema, file })
    return Object.entries(placed.schema).flatMap(([word, rule]) => this.#problem(word, rule, value, placed, at))
  }

  #problem(word: string, rule: unknown, value: unknown, { schema, file }: Placed, at: string): readonly string[] {
    const of = (one: unknown, inner = value, place = at): readonly string[] =>
      this.problems(inner, { schema: one as Schema, file }, place)
    const say = (isRight: boolean, problem: string): readonly string[] => (isRight ? [] : [`${at} ${problem}`])
    const list = rule as readonly unknown[]
    const number = Number(rule)
    if (silent.has(word)) return []
    switch (word) {
      case 'type':
        return say(typeOf(value, rule as string), `is no ${String(rule)}`)
      case 'enum':
        return say(list.includes(value), `is none of ${list.join(', ')}`)
      case 'allOf':
        return list.flatMap((one) => of(one))
      case 'anyOf':
        return say(
          list.some((one) => of(one).length === 0),
          'is valid by none of anyOf',
        )
      case 'oneOf':
        return say(list.filter((one) => of(one).length === 0).length === 1, 'is not valid by exactly one of oneOf')
    }
    if (typeof value === 'number') {
      if (word === 'minimum') return say(value >= number, `is below ${number}`)
      if (word === 'maximum') return say(value <= number, `is above ${number}`)
    }
    if (typeof value === 'string') {
      if (word === 'minLength') return say(value.length >= number, `is shorter than ${number}`)
      if (word === 'maxLength') return say(value.length <= number, `is longer than ${number}`)
      if (word === 'pattern') return say(new RegExp(rule as string).test(value), `is not like ${String(rule)}`)
      if (word === 'format') return say(formats[rule as string]!(value), `is no ${String(rule)}`)
    }
    if (Array.isArray(value)) {
      if (word === 'items') return value.flatMap((one, index) => of(rule, one, `${at}[${index}]`))
      if (word === 'minItems') return say(value.length >= number, `has fewer than ${number}`)
      if (word === 'maxItems') return say(value.length <= number, `has more than ${number}`)
      if (word === 'uniqueItems')
        return say(new Set(value.map((one) => JSON.stringify(one))).size === value.length, 'repeats')
    } else if (typeof value === 'object' && value !== null) {
      const given = value as Readonly<Record<string, unknown>>
      const keys = Object.keys(given)
      if (word === 'required') return list.flatMap((key) => say(keys.includes(key as string), `lacks ${String(key)}`))
      if (word === 'minProperties') return say(keys.length >= number, `has fewer than ${number} properties`)
      if (word === 'maxProperties') return say(keys.length <= number, `has more than ${number} properties`)
      const known = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
      if (word === 'properties')
        return keys.filter((key) => key in known).flatMap((key) => of(known[key], given[key], `${at}.${key}`))
      if (word === 'additionalProperties' && rule === false)
        return keys.filter((key) => !(key in known)).map((key) => `${at}.${key} is not declared`)
    }
    if (words.has(word)) return []
    throw new Error(`"${word}" of ${JSON.stringify(schema)} is no word that this test knows`)
  }

  #followed({ schema, file }: Placed): Placed {
    const reference = schema['$ref']
    if (typeof reference !== 'string') return { schema, file }
    const [other = '', pointer = ''] = reference.split('#')
    // The documents have them in a folder beside their own, the data in the same.
    const target = other === '' ? file : join(dirname(file), other.replace(/^\.\.\/common\//, ''))
    const found = pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, part) => (at as Schema | undefined)?.[part], this.#document(target))
    if (found === undefined) throw new Error(`${target} has no ${pointer}`)
    return this.#followed({ schema: found as Schema, file: target })
  }

  #document(file: string): unknown {
    const known = this.#documents.get(file)
    if (known !== undefined) return known
    const document: unknown = parse(readFileSync(file, 'utf8'))
    this.#documents.set(file, document)
    return document
  }
}

/** Of values of other types than this one they say nothing. */
const words = new Set([
  ...[
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'pattern',
    'format',
    'items',
    'minItems',
    'maxItems',
    'uniqueItems',
  ],
  ...['required', 'minProperties', 'maxProperties', 'properties', 'additionalProperties'],
])

function typeOf(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
