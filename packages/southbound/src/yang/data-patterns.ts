/**
 * Patterns of the operator for YANG data, such as `/ietf-interfaces:interfaces/interface[name=eth*]/description = *`: a node
 * and all that is in it, with `*` for any text in keys and in the value. Only here is it known which keys a list has, so a
 * list is changed only where a pattern names them.
 * @module
 */
import { isLike, type Matched } from '../like.ts'
import type { DataLine } from './data-line.ts'
import { type Key, pathTextOf, readPath, type Step } from './data-path.ts'

interface DataPattern {
  readonly steps: readonly Step[]
  readonly value: string | undefined
}

/**
 * A pattern in its usual form.
 * @throws {RangeError} that says what would be right
 */
export function dataPatternOf(text: string): string {
  const read = readPath(text.trim(), 'bare')
  if (read.type === 'problem') throw new RangeError(`"${text}" is no pattern of YANG data: ${read.problem}`)
  const { steps, rest } = read
  if (rest !== '' && !/^ = ./.test(rest))
    throw new RangeError(`"${text}" is no pattern: after its path comes " = " and a value, or nothing`)
  if (steps.some(({ keys }) => keys.some(([name]) => name === '')))
    throw new RangeError(`"${text}" is no pattern: a list is told by its keys, such as [name=*], not by a position`)
  return `${pathTextOf(steps)}${rest}`
}

/** @param pattern as `dataPatternOf` has it */
function patternRead(pattern: string): DataPattern {
  const read = readPath(pattern)
  if (read.type === 'problem') return { steps: [], value: undefined }
  return { steps: read.steps, value: read.rest === '' ? undefined : read.rest.slice(3) }
}

/** Whatever stands within the node that the pattern names is matched, too. */
export function matchesData(pattern: string, { steps, value }: DataLine, as: Matched): boolean {
  const { steps: wanted, value: values } = patternRead(pattern)
  if (wanted.length === 0 || wanted.length > steps.length) return false
  if (!wanted.every((step, at) => isStepLike(step, steps[at]!))) return false
  if (values === undefined) return true
  return wanted.length === steps.length && (as === 'removed' || isLike(values, value ?? ''))
}

const isStepLike = (pattern: Step, { module, name, keys }: Step): boolean =>
  pattern.module === module &&
  pattern.name === name &&
  pattern.keys.length === keys.length &&
  keys.every(([key, value], at) => pattern.keys[at]![0] === key && isLike(pattern.keys[at]![1], value))

/** Where a list stands, for a table of them: its path without keys. */
export const listPlace = (steps: readonly Step[]): string =>
  steps.map(({ module, name }) => `/${module}:${name}`).join('')

/** Names of the keys of each list that a pattern names, by `listPlace`. */
export function listsOf(patterns: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    patterns.flatMap((pattern) => {
      const { steps } = patternRead(pattern)
      return steps.flatMap(({ keys }, at): readonly (readonly [string, readonly string[]])[] =>
        keys.length === 0 ? [] : [[listPlace(steps.slice(0, at + 1)), namesOf(keys)]],
      )
    }),
  )
}

/** Of the first list of the line whose keys no pattern names so; undefined: there is none. */
export function unknownList({ steps }: DataLine, patterns: readonly string[]): string | undefined {
  const lists = listsOf(patterns)
  for (const [at, { keys }] of steps.entries()) {
    const known = lists.get(listPlace(steps.slice(0, at + 1))) ?? []
    if (keys.length > 0 && namesOf(keys).join(' ') !== known.join(' ')) return pathTextOf(steps.slice(0, at + 1))
  }
  return undefined
}

const namesOf = (keys: readonly Key[]): readonly string[] => keys.map(([name]) => name)
