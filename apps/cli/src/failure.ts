/**
 * A command that cannot continue: one line on what was wrong, one line on what to type.
 * @module
 */
import { exitCode, type ExitCode } from './exit-code.ts'

/** Caught once, in `run.ts`, printed as two lines and turned into the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exit: ExitCode
  /** What to type or do about it; empty when the message says it all. */
  readonly fix: string

  constructor(exit: ExitCode, message: string, fix = '', cause?: unknown) {
    super(message, { cause })
    this.exit = exit
    this.fix = fix
  }
}

/**
 * For `catch`: adds a fix to a failure without one: `mistaken` if it is a usage error, else `failed`. Rethrows all
 * other errors unchanged.
 */
export function orSay(mistaken: string, failed = mistaken): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Failure) || error.fix !== '') throw error
    throw new Failure(error.exit, error.message, error.exit === exitCode.usage ? mistaken : failed, error)
  }
}
