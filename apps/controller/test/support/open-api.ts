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
  'description',
  'example',
  'title',
  'externalDocs',
  'discriminator',
  'writeOnly',
  'readOnly',
  'default',
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
    if (silent.has(word)) return []
    const isRight = alone[word]
    if (isRight !== undefined) return isRight(value, rule) ? [] : [`${at} is against ${word} ${JSON.stringify(rule)}`]
    const of = (one: unknown, inner = value, place = at): readonly string[] =>
      this.problems(inner, { schema: one as Schema, file }, place)
    const among = (): number => (rule as readonly unknown[]).filter((one) => of(one).length === 0).length
    const known = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
    const within: Readonly<Record<string, () => readonly string[]>> = {
      allOf: () => (rule as readonly unknown[]).flatMap((one) => of(one)),
      anyOf: () => (among() > 0 ? [] : [`${at} is valid by none of anyOf`]),
      oneOf: () => (among() === 1 ? [] : [`${at} is not valid by exactly one of oneOf`]),
      items: () => (Array.isArray(value) ? value.flatMap((one, index) => of(rule, one, `${at}[${index}]`)) : []),
      properties: () =>
        entriesOf(value).flatMap(([key, one]) => (key in known ? of(known[key], one, `${at}.${key}`) : [])),
      additionalProperties: () =>
        entriesOf(value).flatMap(([key]) => (key in known || rule !== false ? [] : [`${at}.${key} is not declared`])),
    }
    const problems = within[word]
    if (problems === undefined)
      throw new Error(`"${word}" of ${JSON.stringify(schema)} is no word that this test knows`)
    return problems()
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

type Rule = (value: unknown, rule: unknown) => boolean
const ofNumber =
  (isRight: (value: number, rule: number) => boolean): Rule =>
  (value, rule) =>
    typeof value !== 'number' || isRight(value, Number(rule))
const ofText =
  (isRight: (value: string, rule: unknown) => boolean): Rule =>
  (value, rule) =>
    typeof value !== 'string' || isRight(value, rule)
const ofList =
  (isRight: (value: readonly unknown[], rule: number) => boolean): Rule =>
  (value, rule) =>
    !Array.isArray(value) || isRight(value, Number(rule))
const ofObject =
  (isRight: (keys: readonly string[], rule: unknown) => boolean): Rule =>
  (value, rule) =>
    !isObject(value) || isRight(Object.keys(value), rule)

/** Words that need no other schema. Of values of other types than theirs they say nothing. */
const alone: Readonly<Record<string, Rule>> = {
  type: (value, rule) => types[rule as string]!(value),
  enum: (value, rule) => (rule as readonly unknown[]).includes(value),
  minimum: ofNumber((value, rule) => value >= rule),
  maximum: ofNumber((value, rule) => value <= rule),
  minLength: ofText((value, rule) => value.length >= Number(rule)),
  maxLength: ofText((value, rule) => value.length <= Number(rule)),
  pattern: ofText((value, rule) => new RegExp(rule as string).test(value)),
  format: ofText((value, rule) => formats[rule as string]!(value)),
  minItems: ofList((value, rule) => value.length >= rule),
  maxItems: ofList((value, rule) => value.length <= rule),
  uniqueItems: ofList((value) => new Set(value.map((one) => JSON.stringify(one))).size === value.length),
  required: ofObject((keys, rule) => (rule as readonly string[]).every((key) => keys.includes(key))),
  minProperties: ofObject((keys, rule) => keys.length >= Number(rule)),
  maxProperties: ofObject((keys, rule) => keys.length <= Number(rule)),
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : []
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: Number.isInteger,
  array: Array.isArray,
  object: isObject,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
}
