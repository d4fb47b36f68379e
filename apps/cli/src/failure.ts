/**
 * A command that cannot go on: one line on what was wrong, one line on what to type.
 * @module
 */
import type { ExitCode } from './exit-code.ts'

/** Caught once, in `run.ts`, printed as two lines and turned into the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exit: ExitCode
  /** What to type or do about it; empty where the message says it all. */
  readonly fix: string

  constructor(exit: ExitCode, message: string, fix = '', cause?: unknown) {
    super(message, { cause })
    this.exit = exit
    this.fix = fix
  }
}
