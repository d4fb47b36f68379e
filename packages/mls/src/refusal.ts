/** Why a message, a join or a change is not accepted. @module */
import { type Refusal, RefusalError as WireRefusalError, settleReading } from '@vagus/wire'

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

export type Refused = Refusal<RefusalCode>

export class RefusalError extends WireRefusalError<RefusalCode> {}

/** What `body` returns, or the refusal it throws as a value. Octets that break their format are `malformed`. */
export const settle = <T>(body: () => T): T | Refused => settleReading<T, RefusalCode>(body)
