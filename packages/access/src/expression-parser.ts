/** Reads expressions by recursive descent, a method for each rule of Cedar's grammar, the loosest operator first. @module */
import type { Cursor } from './cursor.ts'
import { longOf } from './long.ts'
import { isComparison, isRelation, methodOf, problemOfFunction, problemOfSlot, variableOf } from './names.ts'
import { SyntaxProblem } from './problem.ts'
import type { Expression, Summand } from './syntax.ts'
import { patternOf, textOf } from './text-literal.ts'
import type { Token } from './tokens.ts'
import { EntityUid } from './value.ts'

/** Parser and evaluation are recursive. No policy that a person wrote comes near. */
const maxNesting = 64
/** `a.b.c`: each access is one deeper, too. */
const maxAccesses = 64
/** Signs that Cedar reads before one operand. */
const maxSigns = 4

export class ExpressionParser {
  readonly #cursor: Cursor
  #depth = 0

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  /** Expr. @throws {SyntaxProblem} */
  expression(): Expression {
    if (this.#depth === maxNesting) {
      throw new SyntaxProblem(this.#cursor.token.offset, `expressions may be nested at most ${maxNesting} deep`)
    }
    this.#depth++
    const expression = this.#cursor.skips('if') ? this.#choice() : this.#or()
    this.#depth--
    return expression
  }

  #choice(): Expression {
    const condition = this.expression()
    this.#cursor.expect('then', 'after the condition')
    const yes = this.expression()
    this.#cursor.expect('else', 'after that')
    return { kind: 'if', condition, yes, no: this.expression() }
  }

  #or(): Expression {
    const terms = [this.#and()]
    while (this.#cursor.skips('||')) terms.push(this.#and())
    return terms.length === 1 ? terms[0]! : { kind: 'or', terms }
  }

  #and(): Expression {
    const terms = [this.#relation()]
    while (this.#cursor.skips('&&')) terms.push(this.#relation())
    return terms.length === 1 ? terms[0]! : { kind: 'and', terms }
  }

  #relation(): Expression {
    const left = this.#sum()
    if (!isRelation(this.#cursor.token)) return left
    const relation = this.#relationTo(left, this.#cursor.next())
    const { token } = this.#cursor
    if (!isRelation(token)) return relation
    throw new SyntaxProblem(token.offset, 'a relation of a relation needs parentheses around the inner one')
  }

  #relationTo(left: Expression, { text: operator, offset }: Token): Expression {
    const cursor = this.#cursor
    if (operator === 'has') return { kind: 'has', of: left, path: this.#attributes() }
    if (operator === 'like') {
      if (cursor.token.kind !== 'text') throw cursor.unexpected('a pattern: a text such as "/reports/*"')
      return { kind: 'like', of: left, pattern: patternOf(cursor.next()) }
    }
    if (operator === 'is') {
      const type = cursor.path('a type of entity, such as Agent')
      return { kind: 'is', of: left, type, ...(cursor.skips('in') ? { within: this.#sum() } : {}) }
    }
    if (operator === '=') throw new SyntaxProblem(offset, '"=" means nothing in Cedar; write ==')
    const right = this.#sum()
    if (isComparison(operator)) return { kind: 'compare', operator, left, right }
    if (operator === 'in') return { kind: 'in', left, right }
    return operator === '==' ? { kind: 'equal', left, right } : { kind: 'not', of: { kind: 'equal', left, right } }
  }

  /** What may stand after `has`: one text, or names with dots between. */
  #attributes(): readonly string[] {
    const cursor = this.#cursor
    if (cursor.token.kind === 'text') return [textOf(cursor.next())]
    const what = 'the name of an attribute, or a text that is one'
    const { offset } = cursor.token
    const path = [cursor.name(what)]
    while (cursor.skips('.')) path.push(cursor.name(what))
    if (path.length <= maxAccesses) return path
    throw new SyntaxProblem(offset, `a path has at most ${maxAccesses} names`)
  }

  #sum(): Expression {
    const first = this.#product()
    const rest: Summand[] = []
    for (;;) {
      const operator = this.#cursor.skips('+') ? '+' : this.#cursor.skips('-') ? '-' : undefined
      if (operator === undefined) return rest.length === 0 ? first : { kind: 'sum', first, rest }
      rest.push({ operator, term: this.#product() })
    }
  }

  #product(): Expression {
    const factors = [this.#signed()]
    while (this.#cursor.skips('*')) factors.push(this.#signed())
    const { token } = this.#cursor
    if (token.text === '/' || token.text === '%') {
      throw new SyntaxProblem(
        token.offset,
        `Cedar has no "${token.text}"; longs are only added, subtracted and multiplied`,
      )
    }
    return factors.length === 1 ? factors[0]! : { kind: 'product', factors }
  }

  /** Unary. A minus directly before a number belongs to it: else -9223372036854775808 could not be written. */
  #signed(): Expression {
    const cursor = this.#cursor
    const sign = cursor.sees('!') ? '!' : '-'
    const { offset } = cursor.token
    let count = 0
    while (cursor.skips(sign)) count++
    if (count > maxSigns) throw new SyntaxProblem(offset, `at most ${maxSigns} "${sign}" may stand in a row`)
    const isNegative =
      sign === '-' && count > 0 && cursor.token.kind === 'number' && !['.', '[', '('].includes(cursor.following.text)
    let of = isNegative ? literalOf(cursor.next(), -1n) : this.#member()
    for (let left = isNegative ? count - 1 : count; left > 0; left--)
      of = { kind: sign === '!' ? 'not' : 'negative', of }
    return of
  }

  #member(): Expression {
    const cursor = this.#cursor
    const { offset } = cursor.token
    let of = this.#primary()
    for (let accesses = 0; ; accesses++) {
      if (accesses > maxAccesses) {
        throw new SyntaxProblem(offset, `at most ${maxAccesses} attributes and methods may follow each other`)
      }
      if (cursor.skips('[')) {
        if (cursor.token.kind !== 'text') throw cursor.unexpected('the name of an attribute as a text')
        of = { kind: 'attribute', of, name: textOf(cursor.next()) }
        cursor.expect(']', 'after the name of the attribute')
      } else if (cursor.skips('.')) {
        const at = cursor.token.offset
        const name = cursor.name('the name of an attribute or method')
        of = cursor.skips('(') ? this.#call(of, name, at) : { kind: 'attribute', of, name }
      } else return of
    }
  }

  #call(of: Expression, name: string, offset: number): Expression {
    const method = methodOf(name, offset)
    const [argument, ...more] = this.#cursor.list(')', () => this.expression())
    const wanted = method === 'isEmpty' ? 0 : 1
    if (more.length > 0 || (argument === undefined ? 0 : 1) !== wanted) {
      throw new SyntaxProblem(offset, `${method} takes ${wanted === 0 ? 'no argument' : 'one argument'}`)
    }
    return { kind: 'method', name: method, of, ...(argument === undefined ? {} : { argument }) }
  }

  #primary(): Expression {
    const cursor = this.#cursor
    const { token } = cursor
    if (token.kind === 'number') return literalOf(cursor.next(), 1n)
    if (token.kind === 'text') return { kind: 'literal', value: textOf(cursor.next()) }
    if (token.kind === 'slot') throw problemOfSlot(token)
    if (cursor.skips('true')) return { kind: 'literal', value: true }
    if (cursor.skips('false')) return { kind: 'literal', value: false }
    if (cursor.skips('[')) return { kind: 'set', elements: cursor.list(']', () => this.expression()) }
    if (cursor.skips('{')) return { kind: 'record', members: this.#members() }
    if (!cursor.skips('(')) return this.#named()
    const inner = this.expression()
    cursor.expect(')', 'after the expression')
    return inner
  }

  #members(): ReadonlyMap<string, Expression> {
    const cursor = this.#cursor
    const members = new Map<string, Expression>()
    cursor.list('}', () => {
      const { kind, offset } = cursor.token
      const name = kind === 'text' ? textOf(cursor.next()) : cursor.name('the name of a member')
      if (members.has(name)) throw new SyntaxProblem(offset, `the record has two members "${name}"`)
      cursor.expect(':', `after the name of the member "${name}"`)
      members.set(name, this.expression())
    })
    return members
  }

  /** A variable, or the name of an entity. */
  #named(): Expression {
    const cursor = this.#cursor
    const { offset } = cursor.token
    const path = cursor.path('an expression')
    if (cursor.sees('(')) throw problemOfFunction(path, offset)
    if (!cursor.sees('::')) return { kind: 'variable', name: variableOf(path, offset) }
    return { kind: 'literal', value: entityAfter(path, cursor) }
  }
}

/** The entity of type `path`, whose id follows. @throws {SyntaxProblem} */
export function entityAfter(path: string, cursor: Cursor): EntityUid {
  cursor.expect('::', `and the id of an entity, as in ${path}::"id"`)
  if (cursor.token.kind !== 'text') throw cursor.unexpected(`the id of the entity as a text, as in ${path}::"id"`)
  return new EntityUid(path, textOf(cursor.next()))
}

function literalOf({ text, offset }: Token, sign: 1n | -1n): Expression {
  const digits = text.replace(/^0+(?=.)/, '')
  const value = digits.length > 20 ? undefined : longOf(sign * BigInt(digits))
  if (value !== undefined) return { kind: 'literal', value }
  throw new SyntaxProblem(offset, 'the number does not fit into 64 bits: -9223372036854775808..9223372036854775807')
}
