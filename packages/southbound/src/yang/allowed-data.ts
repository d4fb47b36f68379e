/** Which YANG data a commit of AI agents may set or remove. @module */
import type { Path } from '../path.ts'
import { type Edit, pathOfEdit } from '../path.ts'
import type { Matched } from '../like.ts'
import { positiveOf } from '../words.ts'
import type { Step } from './data-path.ts'
import { dataOf } from './data-line.ts'
import { matchesData, unknownList } from './data-patterns.ts'
import { neverDataProblem } from './never-data.ts'

/** Why an edit must not be sent. */
export function dataEditProblem(edit: Edit, patterns: readonly string[]): string | undefined {
  const path = pathOfEdit(edit)
  const removes = edit.line !== positiveOf(edit.line)
  const read = dataOf(path)
  if (read.type === 'problem') return read.problem
  const isEntry = (read.steps.at(-1)?.keys.length ?? 0) > 0
  if (!removes && read.value === undefined && !isEntry)
    return 'it sets nothing; after the path of a leaf comes " = " and its value, and " =" alone where it has none'
  if (!removes && read.value !== undefined && isEntry)
    return 'an entry of a list has no value; right is its path alone, or a leaf within it'
  const key = keyLeafOf(read.steps)
  if (key !== undefined)
    return `"${key}" is a key, which tells the entry and stays; make another entry, and remove this one`
  return dataProblem(path, patterns, removes ? 'removed' : 'typed')
}

/** A leaf that is a key of the entry it stands in: with two values for it, a router might take the entry for another one. */
const keyLeafOf = (steps: readonly Step[]): string | undefined =>
  steps.find(({ name }, at) => steps[at - 1]?.keys.some(([key]) => key === name))?.name

/** Why data must neither come nor go. */
export function dataProblem(path: Path, patterns: readonly string[], as: Matched): string | undefined {
  const read = dataOf(path)
  if (read.type === 'problem') return read.problem
  const never = neverDataProblem(read)
  if (never !== undefined) return never
  if (patterns.length === 0) return 'the operator of the device allows no changes'
  const list = unknownList(read, patterns)
  if (list !== undefined)
    return `no pattern of the operator names the keys of the list "${list}", so nothing of it is changed`
  if (patterns.some((pattern) => matchesData(pattern, read, as))) return undefined
  return `the operator of the device allows only ${patterns.map((one) => `"${one}"`).join(', ')}`
}
