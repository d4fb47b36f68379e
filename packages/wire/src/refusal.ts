/** Why something from outside is not accepted: an exception within a package, a value outside of it. @module */
import { DecodeError } from './decode-error.ts'

/** `problem` says what was wrong and what would be right. It never contains a secret. */
export interface Refusal<Code extends string> {
  readonly type: 'refused'
  readonly because: { readonly code: Code; readonly problem: string }
}

export const refusal = <Code extends string>(code: Code, problem: string): Refusal<Code> => ({
  type: 'refused',
  because: { code, problem },
})

/** Thrown by nested checks. It never leaves the package that throws it: `settle` turns it into a value. */
export class RefusalError<Code extends string> extends Error {
  override readonly name = 'RefusalError'
  readonly code: Code

  constructor(code: Code, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns, or the refusal that it throws as a value. */
export function settle<T, Code extends string>(body: () => T): T | Refusal<Code> {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refusal(error.code as Code, error.message)
    throw error
  }
}

/** The same, where `body` reads octets: those that break their format are refused as `malformed`. */
export function settleReading<T, Code extends string>(body: () => T): T | Refusal<Code | 'malformed'> {
  try {
    return settle<T, Code>(body)
  } catch (error) {
    if (error instanceof DecodeError) return refusal('malformed', error.message)
    throw error
  }
}
