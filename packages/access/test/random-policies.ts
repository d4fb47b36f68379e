/**
 * Random policies, entities and requests, the same for each seed. Most expressions have the type that their place needs, some
 * have another, and attributes are sometimes missing: so that a part of the policies errs, as Cedar has it.
 * @module
 */

export type Random = (below: number) => number

/** xorshift32. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!

/** Values in Cedar's JSON. */
export type Json = boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface UidJson {
  readonly type: string
  readonly id: string
}

export interface EntityJson {
  readonly uid: UidJson
  readonly parents: readonly UidJson[]
  readonly attrs: Readonly<Record<string, Json>>
}

export interface RequestJson {
  readonly principal: UidJson
  readonly action: UidJson
  readonly resource: UidJson
  readonly context: Readonly<Record<string, Json>>
}

const agents = [0, 1, 2, 3, 4].map((n) => ({ type: 'Agent', id: `a${n}` }))
const roles = [0, 1, 2, 3].map((n) => ({ type: 'Role', id: `r${n}` }))
const teams = [0, 1].map((n) => ({ type: 'Acme::Team', id: `t"${n}\\` }))
const actions = ['a2a', 'mcp', 'http'].map((id) => ({ type: 'Action', id }))
const call = { type: 'Action', id: 'call' }
const texts = ['', 'a', 'writer', 'read_file', '/reports/7', 'a*b', 'ü€😀', 'line\nfeed', 'tab\t"quoted"\\', 'a4']
const attributes = [
  'name',
  'level',
  'tags',
  'boss',
  'info',
  'mixed',
  'on',
  'odd name',
  'deep',
  'path',
  'tool',
  'can',
  'if',
]

/** What is in the store: one agent and one team of those that policies name are not. */
export function randomEntities(random: Random): readonly EntityJson[] {
  const below = (uids: readonly UidJson[]): readonly UidJson[] => uids.filter(() => random(3) === 0)
  return [
    ...agents
      .slice(0, 4)
      .map((uid) => ({ uid, parents: below([...roles, ...teams]), attrs: randomAttributes(random) })),
    // A role may only be in later ones: no entity is in itself.
    ...roles.map((uid, n) => ({ uid, parents: below(roles.slice(n + 1)), attrs: {} })),
    { uid: teams[0]!, parents: below(roles), attrs: randomAttributes(random) },
    ...actions.map((uid) => ({ uid, parents: [call], attrs: {} })),
    { uid: call, parents: [], attrs: {} },
  ]
}

function randomAttributes(random: Random): Readonly<Record<string, Json>> {
  return Object.fromEntries(attributes.filter(() => random(3) > 0).map((name) => [name, randomAttribute(random, name)]))
}

function randomAttribute(random: Random, name: string): Json {
  if (random(12) === 0) return randomJson(random, 2)
  if (name === 'level') return random(7) - 3
  if (name === 'on') return random(2) === 0
  if (name === 'tags' || name === 'can') return texts.filter(() => random(3) === 0)
  if (name === 'boss') return { __entity: pick(random, agents) }
  if (name === 'info' || name === 'deep')
    return { deep: { on: random(2) === 0, level: random(3) }, name: pick(random, texts) }
  return name === 'mixed' ? [1, 'a', true, [1], { a: 1 }].filter(() => random(2) === 0) : pick(random, texts)
}

function randomJson(random: Random, depth: number): Json {
  const kind = random(depth > 0 ? 6 : 4)
  if (kind === 0) return random(2) === 0
  if (kind === 1) return random(5) - 2
  if (kind === 2) return pick(random, texts)
  if (kind === 3) return { __entity: pick(random, [...agents, ...roles]) }
  if (kind === 4) return Array.from({ length: random(4) }, () => randomJson(random, depth - 1))
  return Object.fromEntries(attributes.slice(0, random(4)).map((name) => [name, randomJson(random, depth - 1)]))
}

export function randomRequest(random: Random): RequestJson {
  return {
    principal: pick(random, agents),
    action: pick(random, actions),
    resource: pick(random, agents),
    context: randomAttributes(random),
  }
}

/** The text of up to seven policies. */
export function randomPolicies(random: Random): string {
  return Array.from({ length: 1 + random(7) }, () => randomPolicy(random)).join(pick(random, ['\n', ' ', '// ; }\n']))
}

export function randomPolicy(random: Random): string {
  const writer = new ExpressionWriter(random)
  const annotation = random(5) === 0 ? `@${pick(random, ['why', 'if'])}(${writer.text('any')})` : ''
  const effect = random(3) === 0 ? 'forbid' : 'permit'
  const scope = [randomScope(random, 'principal'), randomActionScope(random), randomScope(random, 'resource')]
  const conditions = Array.from({ length: random(3) }, () => {
    return `${pick(random, ['when', 'when', 'unless'])} { ${writer.write('boolean', 4)} }`
  })
  return `${annotation}${effect} (${scope.join(', ')}${pick(random, ['', '', ','])})\n${conditions.join(' ')};`
}

function randomScope(random: Random, variable: string): string {
  const group = literal(pick(random, [...roles, ...roles, ...teams, ...agents]))
  const entity = random(5) === 0 ? `(${group})` : group
  const type = pick(random, ['Agent', 'Agent', 'Role', 'Acme::Team'])
  return pick(random, [
    variable,
    variable,
    `${variable} == ${literal(pick(random, agents))}`,
    `${variable} in ${entity}`,
    `${variable} in ${entity}`,
    `${variable} is ${type}`,
    `${variable} is ${type} in ${entity}`,
  ])
}

function randomActionScope(random: Random): string {
  const one = literal(pick(random, [...actions, call]))
  const some = [...actions, call].filter(() => random(2) === 0).map(literal)
  return pick(random, ['action', 'action', `action == ${one}`, `action in ${one}`, `action in [${some.join(', ')}]`])
}

const literal = ({ type, id }: UidJson): string => `${type}::${JSON.stringify(id)}`

type Type = 'boolean' | 'long' | 'string' | 'entity' | 'set' | 'record'
const types: readonly Type[] = ['boolean', 'long', 'string', 'entity', 'set', 'record']
const namesOf: Readonly<Record<Type, readonly string[]>> = {
  boolean: ['on'],
  long: ['level'],
  string: ['name', 'path', 'tool', 'odd name', 'if'],
  entity: ['boss'],
  set: ['tags', 'can', 'mixed'],
  record: ['info', 'deep'],
}
const longs = [
  '0',
  '1',
  '2',
  '3',
  '007',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '4611686018427387904',
]

/** Writes expressions of a type, with operands that are mostly of the types that it needs. */
class ExpressionWriter {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  write(wanted: Type, depth: number): string {
    const random = this.#random
    const type = random(25) === 0 ? pick(random, types) : wanted
    if (depth <= 0) return this.#leaf(type)
    if (random(12) === 0) return `(${this.#choice(type, depth)})`
    if (random(4) === 0) return this.#access(type, depth)
    return this.#operators[type](depth)
  }

  /** A text, escaped somehow. */
  text(use: 'any' | 'pattern'): string {
    const random = this.#random
    const content = Array.from(pick(random, texts), (character) => this.#escaped(character, use)).join('')
    return use === 'any'
      ? `"${content}"`
      : `"${pick(random, ['', '*'])}${content.slice(0, random(3) === 0 ? 0 : undefined)}${pick(random, ['', '*'])}"`
  }

  #escaped(character: string, use: 'any' | 'pattern'): string {
    const random = this.#random
    const code = character.codePointAt(0)!
    const hex = code.toString(16)
    if (character === '*' && use === 'pattern') return pick(random, ['\\*', '*', '\\u{2a}'])
    if (character === '"' || character === '\\') return `\\${character}`
    if (random(6) === 0) return `\\u{${hex}}`
    return random(6) === 0 && code < 0x80 ? `\\x${hex.padStart(2, '0')}` : character
  }

  #choice(type: Type, depth: number): string {
    const inner = depth - 1
    return `if ${this.write('boolean', inner)} then ${this.write(type, inner)} else ${this.write(type, inner)}`
  }

  #access(type: Type, depth: number): string {
    const random = this.#random
    const owner = pick(random, ['context', 'context', 'principal', 'resource', this.write('record', depth - 2)])
    const name = random(15) === 0 ? pick(random, attributes) : pick(random, namesOf[type])
    const isWord = /^\w+$/.test(name) && name !== 'if'
    const base = /^[a-z]+$/.test(owner) ? owner : `(${owner})`
    return isWord && random(3) > 0 ? `${base}.${name}` : `${base}[${JSON.stringify(name)}]`
  }

  #leaf(type: Type): string {
    const random = this.#random
    if (random(3) === 0) return this.#access(type, 0)
    if (type === 'boolean') return pick(random, ['true', 'false'])
    if (type === 'long') return `${pick(random, ['', '', '-'])}${pick(random, longs)}`
    if (type === 'string') return this.text('any')
    if (type === 'set')
      return pick(random, ['[]', `[${this.text('any')}]`, '[1, "a", true]', '[Role::"r1", Agent::"a1"]'])
    if (type === 'record') return pick(random, ['{}', '{ on: true }', '{ "level": 1, name: "a", }', 'context'])
    return pick(random, ['principal', 'resource', 'action', ...[...agents, ...roles, ...teams, call].map(literal)])
  }

  readonly #operators: Readonly<Record<Type, (depth: number) => string>> = {
    boolean: (depth) => this.#boolean(depth - 1),
    long: (depth) => this.#long(depth - 1),
    string: () => this.#leaf('string'),
    entity: () => this.#leaf('entity'),
    set: (depth) => {
      const type = pick(this.#random, types)
      return `[${Array.from({ length: this.#random(4) }, () => this.write(type, depth - 2)).join(', ')}]`
    },
    record: (depth) => {
      const names = ['on', 'level', 'name', '"odd name"'].filter(() => this.#random(2) === 0)
      return `{${names.map((name) => `${name}: ${this.write(pick(this.#random, types), depth - 2)}`).join(', ')}}`
    },
  }

  #boolean(depth: number): string {
    const random = this.#random
    const some = (type: Type): string => this.#operand(type, depth)
    const terms = Array.from({ length: 2 + random(2) }, () => some('boolean'))
    const same = pick(random, types)
    const groups = pick(random, [some('entity'), `[${some('entity')}, ${some('entity')}]`, some('set')])
    const type = pick(random, ['Agent', 'Role', 'Acme::Team', 'Action'])
    const path = pick(random, [
      ...attributes.filter((name) => /^\w+$/.test(name) && name !== 'if'),
      'info.deep.on',
      'deep.deep.level',
    ])
    return pick(random, [
      () => terms.join(' && '),
      () => terms.join(' || '),
      () => `!${some('boolean')}`,
      () => `!!${some('boolean')}`,
      () => `${some(same)} ${pick(random, ['==', '!='])} ${some(same)}`,
      () => `${some('long')} ${pick(random, ['<', '<=', '>', '>='])} ${some('long')}`,
      () => `${some('entity')} in ${groups}`,
      () => `${some('entity')} is ${type}${pick(random, ['', ` in ${groups}`])}`,
      () =>
        `${pick(random, ['context', 'principal', some('record'), some('entity')])} has ${random(3) > 0 ? path : '"odd name"'}`,
      () => `${some('string')} like ${this.text('pattern')}`,
      () => `${some('set')}.contains(${this.write(pick(random, types), depth - 1)})`,
      () => `${some('set')}.${pick(random, ['containsAll', 'containsAny'])}(${this.write('set', depth - 1)})`,
      () => `${some('set')}.isEmpty()`,
    ])()
  }

  #long(depth: number): string {
    const random = this.#random
    const terms = Array.from({ length: 2 + random(2) }, () => this.#operand('long', depth))
    return pick(random, [
      () => terms.join(pick(random, [' + ', ' - '])),
      () => terms.join(' * '),
      () => `-${this.#operand('long', depth)}`,
      () => this.#leaf('long'),
    ])()
  }

  /** Never open to an operator beside it. */
  #operand(type: Type, depth: number): string {
    const text = this.write(type, depth - 1)
    return /^(\w+|[A-Z]\w*::"\w+"|\[[^[\]]*\]|context\.\w+)$/.test(text) ? text : `(${text})`
  }
}
