/** Why a handshake message is not accepted. @module */
import { type Refusal, RefusalError as WireRefusalError, settleReading } from '@vagus/wire'

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

export type Refused = Refusal<RefusalCode>

export class RefusalError extends WireRefusalError<RefusalCode> {}

/** What `body` returns, or the refusal it throws as a value. Truncated octets are refused as `malformed`. */
export const settle = <T>(body: () => T): T | Refused => settleReading<T, RefusalCode>(body)
