/** Why a message, a join or a change is not accepted. @module */
import { DecodeError } from '@vagus/wire'

const refusalCodes = [
  /** Not the format: truncated, trailing octets, a length or value that cannot be. */
  'malformed',
  /** A version, cipher suite, credential or proposal that this package or the group does not support. */
  'unsupported',
  /** For another group, or for no member of this one. */
  'group',
  /** For an epoch that is not the present one, or whose keys are deleted already. */
  'epoch',
  /** From nobody who may send it. */
  'sender',
  /** A signature, membership tag or confirmation tag that does not fit. */
  'signature',
  /** Does not decrypt: changed on the way, for another key, or opened once already. */
  'decrypt',
  /** A key that is used already, or gives no secret. */
  'key',
  /** A credential that the validator does not believe, or a lifetime that is over. */
  'credential',
  /** A list of proposals that breaks RFC 9420 §12.2, or a proposal that nobody here has. */
  'proposal',
  /** A tree that breaks RFC 9420 §7: hashes, parent hashes, unmerged leaves, lengths. */
  'tree',
  /** A pre-shared key that is not here. */
  'psk',
  /** More than a named limit of `MlsLimits`. */
  'limit',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export interface Refused {
  readonly type: 'refused'
  readonly because: { readonly code: RefusalCode; readonly problem: string }
}

/** A refusal thrown inside the engine; `settle` turns it into a value. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code: RefusalCode

  constructor(code: RefusalCode, problem: string) {
    super(problem)
    this.code = code
  }
}

/** What `body` returns, or the refusal it throws as a value. Octets that break their format are `malformed`. */
export function settle<T>(body: () => T): T | Refused {
  try {
    return body()
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.code, error.message)
    if (error instanceof DecodeError) return refused('malformed', error.message)
    throw error
  }
}

function refused(code: RefusalCode, problem: string): Refused {
  return { type: 'refused', because: { code, problem } }
}
