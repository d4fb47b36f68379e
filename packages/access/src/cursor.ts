/** A place among tokens, and what grammar rules ask there. @module */
import { SyntaxProblem } from './problem.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Words that name nothing: Cedar keeps them for its grammar. */
const reserved: ReadonlySet<string> = new Set('true false if then else in is has like __cedar'.split(' '))

export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0

  /** @throws {SyntaxProblem} as `tokensOf` */
  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  get token(): Token {
    return this.#tokens[this.#at]!
  }

  /** The token after that. */
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!
  }

  next(): Token {
    const { token } = this
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** Whether the token is this sign or word. */
  sees(text: string): boolean {
    const { token } = this
    return token.text === text && (token.kind === 'sign' || token.kind === 'word')
  }

  /** Whether it was there; then it is passed. */
  skips(text: string): boolean {
    const seen = this.sees(text)
    if (seen) this.#at++
    return seen
  }

  expect(text: string, where: string): void {
    if (!this.skips(text)) throw this.unexpected(`"${text}" ${where}`)
  }

  /** After the next semicolon, or at the end. */
  skipPolicy(): void {
    while (this.token.kind !== 'end' && !this.sees(';')) this.#at++
    this.#at += this.sees(';') ? 1 : 0
  }

  /** A name that is not reserved. */
  name(what: string): string {
    const { token } = this
    if (token.kind !== 'word') throw this.unexpected(what)
    if (reserved.has(token.text)) {
      throw new SyntaxProblem(token.offset, `"${token.text}" is a word of Cedar itself; expected ${what}`)
    }
    return this.next().text
  }

  /** The names of a path as far as names follow, joined by `::`. */
  path(what: string): string {
    let path = this.name(what)
    while (this.sees('::') && this.following.kind === 'word') {
      this.next()
      path += `::${this.name('a name')}`
    }
    return path
  }

  /** As `one` reads them, up to `close`, with commas between; one more may stand at the end. */
  list<T>(close: string, one: () => T): readonly T[] {
    const elements: T[] = []
    while (!this.skips(close)) {
      elements.push(one())
      if (this.skips(',')) continue
      this.expect(close, 'or ","')
      break
    }
    return elements
  }

  unexpected(expected: string): SyntaxProblem {
    const { kind, text, offset } = this.token
    const found = kind === 'end' ? 'the end of the policies' : kind === 'text' ? text : `"${text}"`
    return new SyntaxProblem(offset, `expected ${expected}, found ${found.length > 60 ? 'a long text' : found}`)
  }
}
