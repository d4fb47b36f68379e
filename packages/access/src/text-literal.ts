/**
 * Texts of policies, with the escapes of Rust: `\n`, `\x41`, `\u{1F600}`. In a pattern an asterisk matches anything, and
 * `\*` is the asterisk itself.
 * @module
 */
import type { Pattern } from './pattern.ts'
import { SyntaxProblem } from './problem.ts'
import type { Token } from './tokens.ts'

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', 0: '\0', "'": "'", '"': '"' }
const piece = /\\x(?<ascii>[0-7][0-9a-fA-F])|\\u\{(?<code>[0-9a-fA-F][0-9a-fA-F_]*)\}|\\(?<other>.)|(?<plain>[^\\])/suy

/** @throws {SyntaxProblem} */
export function textOf(token: Token): string {
  let text = ''
  for (const { character, offset, escaped } of charactersOf(token)) {
    if (character === '*' && escaped === 'star') {
      throw new SyntaxProblem(offset, '"\\*" means something only in a pattern of like; write *')
    }
    text += character
  }
  return text
}

/** @throws {SyntaxProblem} */
export function patternOf(token: Token): Pattern {
  const texts: [string, ...string[]] = ['']
  for (const { character, escaped } of charactersOf(token)) {
    // Cedar unescapes first: also \u{2a} matches anything.
    if (character === '*' && escaped !== 'star') texts.push('')
    else texts[texts.length - 1] += character
  }
  return texts
}

interface Character {
  readonly character: string
  readonly offset: number
  readonly escaped?: 'star'
}

function* charactersOf({ text, offset }: Token): Iterable<Character> {
  for (let at = 1; at < text.length - 1; at = piece.lastIndex) {
    piece.lastIndex = at
    const { ascii, code, other, plain } = piece.exec(text)!.groups!
    const where = offset + at
    if (plain === '\r') throw new SyntaxProblem(where, 'a text may not hold a bare carriage return; write \\r')
    if (plain !== undefined) yield { character: plain, offset: where }
    else if (ascii !== undefined) yield { character: String.fromCharCode(Number.parseInt(ascii, 16)), offset: where }
    else if (code !== undefined) yield { character: characterOf(code, where), offset: where }
    else if (other === '*') yield { character: '*', offset: where, escaped: 'star' }
    else yield { character: simpleOf(other!, where), offset: where }
  }
}

function characterOf(code: string, offset: number): string {
  const digits = code.replaceAll('_', '')
  const number = Number.parseInt(digits, 16)
  if (digits.length <= 6 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff)) {
    return String.fromCodePoint(number)
  }
  throw new SyntaxProblem(offset, `\\u{${code}} is no character of Unicode; there are \\u{0} to \\u{10ffff}`)
}

function simpleOf(other: string, offset: number): string {
  const character = simple[other]
  if (character !== undefined && Object.hasOwn(simple, other)) return character
  const right = '\\n, \\r, \\t, \\0, \\\\, \\\', \\", \\x41 up to \\x7f and \\u{1F600}'
  throw new SyntaxProblem(offset, `there is no escape "\\${other}"; there are ${right}`)
}
