/** Whether policies look into what a call says, and not only at who calls whom. @module */
import type { Expression, PolicySyntax } from './syntax.ts'

/** What is known of a call without reading its body. */
const outside: ReadonlySet<string> = new Set(['path', 'can'])

/**
 * Whether a condition asks for `context.operation`, `tool` or `skill`, or uses the context as a whole. Then a call must not be
 * decided before its body is read.
 */
export function readsContent(policies: readonly PolicySyntax[]): boolean {
  return policies.some(({ conditions }) => conditions.some(looksInside))
}

function looksInside(expression: Expression): boolean {
  const isContext = 'of' in expression && expression.of.kind === 'variable' && expression.of.name === 'context'
  if (expression.kind === 'attribute' && isContext) return !outside.has(expression.name)
  if (expression.kind === 'has' && isContext) return !outside.has(expression.path[0]!)
  if (expression.kind === 'variable') return expression.name === 'context'
  return innerOf(expression).some(looksInside)
}

function* innerOf(expression: Expression): Generator<Expression, void> {
  if ('of' in expression) yield expression.of
  if ('left' in expression) yield* [expression.left, expression.right]
  if ('terms' in expression) yield* expression.terms
  if ('first' in expression) {
    yield expression.first
    for (const { term } of expression.rest) yield term
  }
  if ('factors' in expression) yield* expression.factors
  if ('elements' in expression) yield* expression.elements
  if ('members' in expression) yield* expression.members.values()
  if ('condition' in expression) yield* [expression.condition, expression.yes, expression.no]
  if ('within' in expression) yield expression.within
  if ('argument' in expression) yield expression.argument
}
