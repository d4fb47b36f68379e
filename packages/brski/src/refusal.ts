/** Why a voucher, a request or a device is refused, and which HTTP status says so. @module */
import { refusal, type Refusal, RefusalError as WireRefusalError, settle as settleWire } from '@vagus/wire'

/**
 * Every code with its HTTP status. The statuses are those of RFC 8995 §5.2, §5.3 and §5.6; where it names none, those of
 * RFC 9110.
 */
const refusalStatuses = {
  /** A leaf, member or structure breaks its definition. */
  malformed: 400,
  /** A certificate of the TLS client is missing or not accepted for this resource. */
  client: 401,
  /** The pledge saw another registrar than this one: somebody is in between. */
  proximity: 401,
  /** The signature does not match, or its signer may not sign this. */
  signature: 403,
  /** No trust anchor leads to the certificate. */
  untrusted: 403,
  /** The signer is not a registrar of its domain: id-kp-cmcRA is missing. */
  role: 403,
  /** Too old, expired, or not valid yet. */
  stale: 403,
  /** Another nonce than the one that was sent, or one that was used before. */
  nonce: 403,
  /** Leaf, certificate and request name different devices. */
  serial: 403,
  /** The device belongs to another domain. */
  domain: 403,
  /** A device that nobody here knows. */
  unknown: 404,
  /** Not the content that is expected here: no CMS, no JSON, another root. */
  format: 406,
  /** The inventory or the audit log speaks against the device. */
  unacceptable: 406,
  /** More octets, entries or characters than are read. */
  limit: 413,
  /** Another media type than those understood here. */
  'media-type': 415,
  /** What the MASA answered cannot be passed on. */
  masa: 502,
} as const

export type RefusalCode = keyof typeof refusalStatuses

export type Refused = Refusal<RefusalCode>

export const refused: (code: RefusalCode, problem: string) => Refused = refusal

/** The HTTP status for `refusal`. */
export const statusOf = ({ because }: Refused): number => refusalStatuses[because.code]

export class RefusalError extends WireRefusalError<RefusalCode> {}

/** What `body` returns, or the refusal that it throws as a value. */
export const settle = <T>(body: () => T): T | Refused => settleWire<T, RefusalCode>(body)

/** `value` unless it is a refusal, which is thrown. */
export function accepted<T extends object>(value: T): Exclude<T, Refused> {
  if (isRefused(value)) throw new RefusalError(value.because.code, value.because.problem)
  return value as Exclude<T, Refused>
}

export const isRefused = (value: object): value is Refused => 'type' in value && value.type === 'refused'
