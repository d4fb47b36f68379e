/** What is wrong with policies before they can be used, and where. @module */

export interface PolicyProblem {
  /** Both from 1; a column counts UTF-16 code units. */
  readonly line: number
  readonly column: number
  /** What was wrong and what would be right. */
  readonly problem: string
}

/** A problem at an offset, thrown by nested parsers. It never leaves this package. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
  readonly offset: number

  constructor(offset: number, problem: string) {
    super(problem)
    this.offset = offset
  }
}

export function problemAt(text: string, offset: number, problem: string): PolicyProblem {
  const before = text.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - start + 1, problem }
}
