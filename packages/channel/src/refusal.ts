/** Why a message of a handshake is not accepted. @module */
import { DecodeError } from '@vagus/wire'

export const refusalCodes = [
  /** Shorter or longer than its pattern makes it, or octets that are no message. */
  'malformed',
  /** Does not decrypt: changed on the way, for another key, or after a corrupted KEM ciphertext. */
  'decrypt',
  /** A point of low order, or octets that are no KEM key: nothing secret would come of it. */
  'key',
  /** Not the turn of this side. */
  'turn',
  /** A version, suite or pattern that is not spoken here. */
  'version',
  /** The answer would be much longer than what an address that is not proven has sent. */
  'amplification',
  /** The other side is not who it must be: its credentials, or the key it spoke with. */
  'peer',
  /** A digest of credentials that are not known here. */
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

/** A refusal on its way out of a message; `settle` turns it into a value. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns; or the refusal it threw, as a value. Octets that are too few are refused as `malformed`. */
export function settle<T>(body: () => T): T | Refused {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.code, error.message)
    if (error instanceof DecodeError) return refused('malformed', error.message)
    throw error
  }
}
