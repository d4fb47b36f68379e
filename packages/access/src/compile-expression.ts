/** Makes a closure of each expression, once: what can be known before a call is found out here. @module */
import { attribute, membership, presence, typeTest, variableReader } from './entity-operators.ts'
import {
  always,
  choice,
  comparison,
  equality,
  type Evaluate,
  junction,
  likeness,
  method,
  negation,
  not,
  product,
  record,
  set,
  sum,
} from './operators.ts'
import type { Expression } from './syntax.ts'
import { CedarRecord, CedarSet, type Value } from './value.ts'

export function compileExpression(expression: Expression): Evaluate {
  if (expression.kind === 'literal') return always(expression.value)
  const constant = constantOf(expression)
  if (constant !== undefined) return always(constant)
  if ('of' in expression) return compileUnary(expression, compileExpression(expression.of))
  if ('left' in expression) {
    return compileRelation(expression, compileExpression(expression.left), compileExpression(expression.right))
  }
  if ('terms' in expression) return junction(expression.terms.map(compileExpression), expression.kind)
  if (expression.kind === 'variable') return variableReader(expression.name)
  if (expression.kind === 'product') return product(expression.factors.map(compileExpression))
  if (expression.kind === 'set') return set(expression.elements.map(compileExpression))
  if (expression.kind === 'record') {
    return record(Array.from(expression.members, ([name, member]) => [name, compileExpression(member)]))
  }
  if (expression.kind === 'sum') {
    const rest = expression.rest.map(({ operator, term }) => ({ operator, term: compileExpression(term) }))
    return sum(compileExpression(expression.first), rest)
  }
  const { condition, yes, no } = expression
  return choice(compileExpression(condition), compileExpression(yes), compileExpression(no))
}

function compileRelation(
  expression: Extract<Expression, { left: Expression }>,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  if (expression.kind === 'compare') return comparison(expression.operator, left, right)
  return expression.kind === 'in' ? membership(left, right) : equality(left, right)
}

function compileUnary(expression: Extract<Expression, { of: Expression }>, of: Evaluate): Evaluate {
  if (expression.kind === 'like') return likeness(of, expression.pattern)
  if (expression.kind === 'has') return presence(of, expression.path)
  if (expression.kind === 'attribute') {
    return attribute(of, expression.name, expression.of.kind === 'variable' ? expression.of.name : undefined)
  }
  if (expression.kind === 'method') {
    return method(expression.name, of, expression.argument && compileExpression(expression.argument))
  }
  if (expression.kind === 'is') {
    const { type, within } = expression
    const isType = typeTest(of, type)
    return within === undefined ? isType : junction([isType, membership(of, compileExpression(within))], 'and')
  }
  return expression.kind === 'not' ? not(of) : negation(of)
}

/** The value that an expression has in each call, where its literals alone say so. */
function constantOf(expression: Expression): Value | undefined {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind === 'set') {
    const elements = expression.elements.map(constantOf)
    return elements.every((element) => element !== undefined) ? new CedarSet(elements) : undefined
  }
  if (expression.kind !== 'record') return undefined
  const members = new Map<string, Value>()
  for (const [name, member] of expression.members) {
    const value = constantOf(member)
    if (value === undefined) return undefined
    members.set(name, value)
  }
  return new CedarRecord(members)
}
