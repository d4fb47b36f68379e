/**
 * A violation by the peer that ends the session. `Session.receive` turns it into a close and does not throw.
 * @module
 */
import type { closeCodes } from './event.ts'

export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: keyof typeof closeCodes

  constructor(code: keyof typeof closeCodes, problem: string) {
    super(problem)
    this.code = code
  }
}
