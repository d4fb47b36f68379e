/** Why an identifier, a signature, a document or a delegation is not believed. @module */

export const refusalCodes = [
  /** The text is not of its format: characters, members, types, sizes. */
  'malformed',
  /** Well-formed, but there is more than one way to write the same content and this is not the one. */
  'not-canonical',
  /** Signed with an algorithm, or under a header, that is not accepted here. */
  'algorithm',
  /** The signature does not belong to the content and the key. */
  'signature',
  /** A key that every signature fits, or a rotation that was not committed to. */
  'key',
  /** The agent tag does not follow from the identifier. */
  'tag',
  /** Past its end. */
  'expired',
  /** Begins in the future, by more than clocks differ. */
  'not-yet',
  /** Older than what is already known of this agent, or another history than it. */
  'rollback',
  /** Grants more than the one who grants has: capability, audience, task, depth or time. */
  'widened',
  /** The links of a chain do not hand over to each other, or it does not begin at the agent it names. */
  'chain',
  /** More of something than is looked at. */
  'limit',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** `problem` says what was wrong and what would be right; it never holds a secret. */
export interface Refused {
  readonly type: 'refused'
  readonly because: { readonly code: RefusalCode; readonly problem: string }
}

function refused(code: RefusalCode, problem: string): Refused {
  return { type: 'refused', because: { code, problem } }
}

/**
 * A refusal on its way out of nested checks. It never leaves this package: `settle` turns it into a value.
 */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns; or the refusal it threw, as a value. */
export function settle<T>(body: () => T): T | Refused {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.code, error.message)
    throw error
  }
}
