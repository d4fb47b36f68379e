/**
 * The tokens of Cedar's grammar. White space is Unicode's, comments go from `//` to the end of the line, and a text may go
 * over several lines.
 * @module
 */
import { SyntaxProblem } from './problem.ts'

export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'slot' | 'sign' | 'end'
  /** As it stands in the policies. */
  readonly text: string
  readonly offset: number
}

const ignored = /(?:\p{White_Space}|\/\/[^\n\r]*)*/uy
const token =
  /(?<word>[_a-zA-Z][_a-zA-Z0-9]*)|(?<number>[0-9]+)|(?<text>"(?:\\.|[^"\\])*")|(?<slot>\?[_a-zA-Z][_a-zA-Z0-9]*)|(?<sign>::|==|!=|<=|>=|\|\||&&|[@.,;:(){}[\]<>+\-*/%!=])/uy

/** @throws {SyntaxProblem} where no token begins */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (let offset = skip(text, 0); offset < text.length; offset = skip(text, token.lastIndex)) {
    token.lastIndex = offset
    const groups = token.exec(text)?.groups
    if (groups === undefined) throw new SyntaxProblem(offset, problemOf(text, offset))
    const [kind, found] = Object.entries(groups).find(([, each]) => each !== undefined) as [Token['kind'], string]
    tokens.push({ kind, text: found, offset })
  }
  tokens.push({ kind: 'end', text: '', offset: text.length })
  return tokens
}

function skip(text: string, offset: number): number {
  ignored.lastIndex = offset
  ignored.exec(text)
  return ignored.lastIndex
}

function problemOf(text: string, offset: number): string {
  if (text[offset] === '"') return 'this text does not end; it ends with a quotation mark without a backslash before it'
  const character = String.fromCodePoint(text.codePointAt(offset)!)
  const twice = character === '&' || character === '|' ? `; write ${character}${character}` : ''
  return `${JSON.stringify(character)} means nothing here${twice}`
}
