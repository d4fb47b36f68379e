/** Lists of dimensions and filters as they appear in a query. @module */
import { type Dimension, dimensions, type FilterDimension, filterDimensions } from '@vagus/api'
import { ProblemError, problemOf } from './problem.ts'

export interface FilterTerm {
  readonly dimension: FilterDimension
  readonly is: 'equal' | 'not-equal'
  readonly value: string
}

/** Those of a five-tuple; the store takes as many. */
const maxDimensions = 5
/** Each term is a comparison per row; nobody means more. */
const maxTerms = 16

const refuse = (parameter: string, problem: string): ProblemError =>
  new ProblemError(problemOf(400, `${parameter}: ${problem}`, [{ parameter, problem }]))

function oneOf<Name extends string>(names: readonly Name[], text: string, parameter: string): Name {
  const found = names.find((name) => name === text)
  if (found === undefined) throw refuse(parameter, `"${text}" is not a dimension; there are ${names.join(', ')}`)
  return found
}

/** `src,dst` @throws {ProblemError} */
export function parseDimensions(text: string): readonly Dimension[] {
  const found = text.split(',').map((part) => oneOf(dimensions, part.trim(), 'by'))
  if (found.length > maxDimensions)
    throw refuse('by', `must name at most ${maxDimensions} dimensions, got ${found.length}`)
  if (new Set(found).size < found.length) throw refuse('by', 'must name each dimension once')
  return found
}

/** `dstSite=dc-east,version!=4` @throws {ProblemError} */
export function parseFilter(text: string): readonly FilterTerm[] {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  if (parts.length > maxTerms) throw refuse('filter', `must have at most ${maxTerms} terms, got ${parts.length}`)
  return parts.map((part) => {
    const [, dimension, operator, value] = /^\s*(\w+)\s*(!?=)\s*(.+?)\s*$/.exec(part) ?? []
    if (dimension === undefined || value === undefined) {
      throw refuse('filter', `"${part}" must be dimension=value or dimension!=value, such as dstSite=dc-east`)
    }
    return {
      dimension: oneOf(filterDimensions, dimension, 'filter'),
      is: operator === '=' ? 'equal' : 'not-equal',
      value,
    }
  })
}
