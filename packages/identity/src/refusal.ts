/** Why an identifier, a signature, a document or a delegation is not believed. @module */

const refusalCodes = [
  /** The text breaks its format: characters, members, types, sizes. */
  'malformed',
  /** Well-formed, but not the canonical way to write its content. */
  'not-canonical',
  /** Signed with an algorithm or header that is not accepted here. */
  'algorithm',
  /** The signature does not match the content and the key. */
  'signature',
  /** A key that every signature fits, or a rotation to a key that was not committed to. */
  'key',
  /** The agent tag does not follow from the identifier. */
  'tag',
  /** The validity has ended. */
  'expired',
  /** The validity starts in the future, by more than the tolerated clock skew. */
  'not-yet',
  /** Older than what is already known of this agent, or a fork of it. */
  'rollback',
  /** Grants more than the issuer has: capability, audience, task, depth or time. */
  'widened',
  /** The links of a chain do not follow from each other, or the chain does not begin at the agent it names. */
  'chain',
  /** More entries or characters than are read. */
  'limit',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** `problem` says what was wrong and what would be right. It never contains a secret. */
export interface Refused {
  readonly type: 'refused'
  readonly because: { readonly code: RefusalCode; readonly problem: string }
}

function refused(code: RefusalCode, problem: string): Refused {
  return { type: 'refused', because: { code, problem } }
}

/** A refusal thrown by nested checks. It never leaves this package: `settle` turns it into a value. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns, or the refusal that it throws as a value. */
export function settle<T>(body: () => T): T | Refused {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.code, error.message)
    throw error
  }
}
