/** The names that expressions may use, and those of Cedar that they may not use here. @module */
import { SyntaxProblem } from './problem.ts'
import type { Comparison, Method, Variable } from './syntax.ts'
import type { Token } from './tokens.ts'

const variables: readonly Variable[] = ['principal', 'action', 'resource', 'context']
const methods: readonly Method[] = ['contains', 'containsAll', 'containsAny', 'isEmpty']
const comparisons: readonly Comparison[] = ['<', '<=', '>', '>=']
const relations: ReadonlySet<string> = new Set([...comparisons, '==', '!=', 'in', 'has', 'like', 'is', '='])

/** Of Cedar's extension types, and of tags. */
const extensions: ReadonlySet<string> = new Set(
  (
    'ip isIpv4 isIpv6 isLoopback isMulticast isInRange ' +
    'decimal lessThan lessThanOrEqual greaterThan greaterThanOrEqual ' +
    'datetime duration offset durationSince toDate toTime toMilliseconds toSeconds toMinutes toHours toDays ' +
    'getTag hasTag'
  ).split(' '),
)

export const isComparison = (text: string): text is Comparison => comparisons.some((each) => each === text)
export const isRelation = ({ kind, text }: Token): boolean => kind !== 'text' && relations.has(text)

/** @throws {SyntaxProblem} if it is no variable */
export function variableOf(name: string, offset: number): Variable {
  const variable = variables.find((each) => each === name)
  if (variable !== undefined) return variable
  throw new SyntaxProblem(offset, `"${name}" is no variable; there are ${variables.join(', ')}`)
}

/** @throws {SyntaxProblem} if it is no method */
export function methodOf(name: string, offset: number): Method {
  const method = methods.find((each) => each === name)
  if (method !== undefined) return method
  throw problemOfCall(name, offset, `there is no method "${name}"; there are ${methods.join(', ')}`)
}

export function problemOfFunction(name: string, offset: number): SyntaxProblem {
  return problemOfCall(name, offset, `there is no function "${name}"`)
}

function problemOfCall(name: string, offset: number, otherwise: string): SyntaxProblem {
  const known = `${name}() is not supported: extension types and tags of Cedar are left out`
  return new SyntaxProblem(offset, extensions.has(name) ? known : otherwise)
}

export function problemOfSlot({ text, offset }: Token): SyntaxProblem {
  return new SyntaxProblem(offset, `${text} is not supported: templates of Cedar are left out`)
}
