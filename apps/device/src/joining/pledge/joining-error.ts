/** Why a box cannot even begin to join, and what helps. @module */

export class JoiningError extends Error {
  override readonly name = 'JoiningError'
  readonly fix: string

  constructor(problem: string, fix: string, cause?: unknown) {
    super(problem, { cause })
    this.fix = fix
  }
}
