/** Why an identifier, a signature, a document or a delegation is not believed. @module */
import { type Refusal, RefusalError as WireRefusalError, settle as settleWire } from '@vagus/wire'

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

export type Refused = Refusal<RefusalCode>

export class RefusalError extends WireRefusalError<RefusalCode> {}

/** What `body` returns, or the refusal that it throws as a value. */
export const settle = <T>(body: () => T): T | Refused => settleWire<T, RefusalCode>(body)
