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
  array: 'a list in [ ]',
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
  if (!issue.message.startsWith(schemaWords)) {
    return `${issue.message.replace(/^Too (?:small|big): expected \w+ to /, 'must ')}, got ${shown(value)}`
  }
  const kind = kinds[issue.expected ?? '']
  return kind === undefined ? issue.message.slice(schemaWords.length) : `must be ${kind}, got ${shown(value)}`
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
