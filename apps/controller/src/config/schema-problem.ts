/** Problems found by the schema, in words for the operator. @module */

export interface Issue {
  readonly code?: string | undefined
  readonly expected?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[] | undefined
}

/** Characters of a value that a message repeats. */
const maxShown = 40
const kinds: Readonly<Record<string, string>> = {
  array: 'a list, such as [a, b]',
  object: 'keys with values',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
}
/** Starts of the schema's own messages, which ours replace elsewhere. */
const schemaWords = 'Invalid input: '

/** Of the value in `root` that the issue is about. */
export function schemaProblem(issue: Issue, root: unknown): string {
  const value = issue.path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], root)
  if (value === undefined) return 'is missing'
  // As in `devices:` with all lines below it commented out.
  if (value === null) return `has no value: it ${mustBe(issue) ?? issue.message}, or the key must go`
  if (!issue.message.startsWith(schemaWords)) return `${inRange(issue.message)}, got ${shown(value)}`
  const must = mustBe(issue)
  if (must === undefined) return issue.message.slice(schemaWords.length)
  return `${must}${/number/.test(must) ? withoutWhat(value) : ''}, got ${shown(value)}`
}

function mustBe({ expected, message }: Issue): string | undefined {
  if (!message.startsWith(schemaWords)) return message
  const kind = kinds[expected ?? '']
  return kind === undefined ? undefined : `must be ${kind}`
}

/** `50G` and `"64512"` look like numbers, and are text. */
function withoutWhat(value: unknown): string {
  if (typeof value !== 'string' || !/^\d/.test(value)) return ''
  return /^\d+$/.test(value) ? ' without quotes' : ' without a unit'
}

const limits: Readonly<Record<string, string>> = { '>=': 'at least', '<=': 'at most', '>': 'above', '<': 'below' }

/** `Too small: expected number to be >=1` → `must be at least 1`. */
function inRange(message: string): string {
  const [, verb, sign, limit, of = ''] =
    /^Too (?:small|big): expected \w+ to (be|have) (>=|<=|>|<)(\S+)(?: (\w+))?$/.exec(message) ?? []
  if (verb === undefined) return message
  if (verb === 'have' && sign === '>=' && limit === '1') return 'must not be empty'
  return `must ${verb} ${limits[sign!]} ${limit}${of === '' ? '' : ` ${of}`}`
}

function shown(value: unknown): string {
  const text = textOf(value)
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

/** JSON is read at any depth, and written only as deep as the stack is. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch (error) {
    if (error instanceof RangeError) return 'lists or keys, thousands deep'
    throw error
  }
}
