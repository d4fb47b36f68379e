/** Reads policies: annotations, the scope, and the conditions after it (Cedar, "Policy syntax"). @module */
import { Cursor } from './cursor.ts'
import { entityAfter, ExpressionParser } from './expression-parser.ts'
import { problemOfSlot } from './names.ts'
import { type PolicyProblem, problemAt, SyntaxProblem } from './problem.ts'
import type { Expression, PolicySyntax, Scope } from './syntax.ts'
import { textOf } from './text-literal.ts'
import type { EntityUid } from './value.ts'

/** More than one fleet needs; more are refused. */
const maxPolicies = 1024
/** Of one text; what is wrong beyond them is told after they are mended. */
const maxProblems = 16

/** The policies of `text`, or what is wrong with them. */
export function parsePolicies(text: string): {
  readonly policies: readonly PolicySyntax[]
  readonly problems: readonly PolicyProblem[]
} {
  const policies: PolicySyntax[] = []
  const problems: PolicyProblem[] = []
  /** Runs `body`; what it throws is a problem. */
  const attempt = <T>(body: () => T): T | undefined => {
    try {
      return body()
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error
      problems.push(problemAt(text, error.offset, error.message))
      return undefined
    }
  }
  const cursor = attempt(() => new Cursor(text))
  if (cursor === undefined) return { policies, problems }
  while (cursor.token.kind !== 'end' && problems.length < maxProblems) {
    const policy = attempt(() => policyOf(cursor, policies.length))
    if (policy === undefined) cursor.skipPolicy()
    else policies.push(policy)
    if (policies.length > maxPolicies) {
      problems.push(problemAt(text, policies.at(-1)!.offset, `a set has at most ${maxPolicies} policies`))
      break
    }
  }
  for (const { id, offset } of repeated(policies)) {
    problems.push(problemAt(text, offset, `another policy has the id "${id}"; each needs its own`))
  }
  return { policies, problems }
}

/** Policies whose id an earlier one has. */
function repeated(policies: readonly PolicySyntax[]): readonly PolicySyntax[] {
  const seen = new Set<string>()
  return policies.filter(({ id }) => seen.size === seen.add(id).size)
}

function policyOf(cursor: Cursor, position: number): PolicySyntax {
  const annotations = annotationsOf(cursor)
  const { offset } = cursor.token
  const effect = cursor.skips('permit') ? 'permit' : 'forbid'
  if (effect === 'forbid' && !cursor.skips('forbid')) throw cursor.unexpected('"permit" or "forbid" to begin a policy')
  const expressions = new ExpressionParser(cursor)
  cursor.expect('(', `after ${effect}`)
  const principal = scopeOf(cursor, 'principal')
  cursor.expect(',', 'and "action" after the principal')
  const action = actionScopeOf(cursor)
  cursor.expect(',', 'and "resource" after the action')
  const resource = scopeOf(cursor, 'resource')
  cursor.skips(',')
  cursor.expect(')', 'after the resource')
  const conditions: Expression[] = []
  while (!cursor.skips(';')) conditions.push(conditionOf(cursor, expressions))
  return { id: annotations.get('id') ?? `policy${position}`, offset, effect, principal, action, resource, conditions }
}

function annotationsOf(cursor: Cursor): ReadonlyMap<string, string> {
  const annotations = new Map<string, string>()
  while (cursor.skips('@')) {
    const { kind, text: name, offset } = cursor.token
    if (kind !== 'word') throw cursor.unexpected('the name of an annotation, as in @id("nightly")')
    cursor.next()
    if (annotations.has(name)) throw new SyntaxProblem(offset, `the policy has two annotations @${name}`)
    annotations.set(name, cursor.skips('(') ? annotated(cursor) : '')
  }
  return annotations
}

function annotated(cursor: Cursor): string {
  if (cursor.token.kind !== 'text') throw cursor.unexpected('a text')
  const text = textOf(cursor.next())
  cursor.expect(')', 'after the text')
  return text
}

function scopeOf(cursor: Cursor, variable: 'principal' | 'resource'): Scope {
  cursor.expect(variable, 'at this place of the scope')
  const type = cursor.skips('is') ? cursor.path('a type of entity, such as Agent') : undefined
  if (type === undefined && cursor.skips('==')) return { exactly: entityOf(cursor) }
  const within = cursor.skips('in') ? entityOf(cursor) : undefined
  return { ...(type === undefined ? {} : { type }), ...(within === undefined ? {} : { within }) }
}

function actionScopeOf(cursor: Cursor): PolicySyntax['action'] {
  cursor.expect('action', 'at this place of the scope')
  if (cursor.skips('==')) return { anyOf: [actionOf(cursor)], isExactly: true }
  return cursor.skips('in') ? { anyOf: actionsOf(cursor), isExactly: false } : undefined
}

function actionsOf(cursor: Cursor): readonly EntityUid[] {
  if (cursor.skips('[')) return cursor.list(']', () => actionOf(cursor))
  return cursor.sees('(') ? inParentheses(cursor, () => actionsOf(cursor)) : [actionOf(cursor)]
}

function actionOf(cursor: Cursor): EntityUid {
  const { offset } = cursor.token
  const uid = entityOf(cursor)
  if (/(^|::)Action$/.test(uid.type)) return uid
  throw new SyntaxProblem(offset, `${uid.key} is no action; one is Action::"${uid.id}"`)
}

function entityOf(cursor: Cursor): EntityUid {
  if (cursor.token.kind === 'slot') throw problemOfSlot(cursor.token)
  if (cursor.sees('(')) return inParentheses(cursor, () => entityOf(cursor))
  return entityAfter(cursor.path('an entity, such as Role::"writer"'), cursor)
}

/** The scope is no expression, but Cedar reads it as one: an entity may stand in parentheses, once here. */
function inParentheses<T>(cursor: Cursor, inner: () => T): T {
  cursor.expect('(', '')
  if (cursor.sees('('))
    throw cursor.unexpected('an entity; parentheses around parentheses are not supported in a scope')
  const result = inner()
  cursor.expect(')', 'after the entity')
  return result
}

function conditionOf(cursor: Cursor, expressions: ExpressionParser): Expression {
  const isWhen = cursor.skips('when')
  if (!isWhen && !cursor.skips('unless')) throw cursor.unexpected('"when", "unless" or ";"')
  cursor.expect('{', `after ${isWhen ? 'when' : 'unless'}`)
  const expression = expressions.expression()
  cursor.expect('}', 'after the condition')
  return isWhen ? expression : { kind: 'not', of: expression }
}
