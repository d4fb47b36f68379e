/** Why a handshake message is not accepted. @module */
import { DecodeError } from '@vagus/wire'

const refusalCodes = [
  /** Shorter or longer than its pattern says, or not a message at all. */
  'malformed',
  /** Does not decrypt: changed on the way, for another key, or after a corrupted KEM ciphertext. */
  'decrypt',
  /** A point of low order, or an invalid KEM key: it would give no secret. */
  'key',
  /** It is not this side's turn. */
  'turn',
  /** A version, suite or pattern that is not supported. */
  'version',
  /** The answer would be much longer than what an unproven address has sent. */
  'amplification',
  /** The peer is not the expected one: its credentials, or the key it used. */
  'peer',
  /** An unknown digest of credentials. */
  'unseen',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export interface Refused {
  readonly type: 'refused'
  readonly because: { readonly code: RefusalCode; readonly problem: string }
}

function refused(code: RefusalCode, problem: string): Refused {
  return { type: 'refused', because: { code, problem } }
}

/** A refusal thrown while reading a message; `settle` turns it into a value. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns, or the refusal it throws as a value. Truncated octets are refused as `malformed`. */
export function settle<T>(body: () => T): T | Refused {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.code, error.message)
    if (error instanceof DecodeError) return refused('malformed', error.message)
    throw error
  }
}
