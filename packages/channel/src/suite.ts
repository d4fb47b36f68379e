/**
 * The suites of a handshake, and which of them two sides use. The initiator lists all that it supports, and the
 * prologue covers its list; the responder accepts nothing but the best that both support. So shortening the list on the
 * way breaks the handshake, and asking for a weaker suite is declined.
 * @module
 */
import { type Pattern, patterns } from './noise/pattern.ts'

export interface Suite {
  /** The code on the wire. */
  readonly code: number
  readonly name: string
  /** `XX` if the responder's key is not known, `IK` if it is. */
  readonly patterns: { readonly XX: Pattern; readonly IK: Pattern }
}

/** X25519 with ML-KEM-768, AES-256-GCM, SHA-256: traffic recorded today stays secret from a later quantum computer. */
export const hybridSuite: Suite = {
  code: 1,
  name: '25519+MLKEM768_AESGCM_SHA256',
  patterns: { XX: patterns.XXhfs, IK: patterns.IKhfs },
}
/** X25519 alone. Only if a policy allows it. */
export const classicSuite: Suite = {
  code: 2,
  name: '25519_AESGCM_SHA256',
  patterns: { XX: patterns.XX, IK: patterns.IK },
}

/** More suites than exist; a longer list is refused. */
export const maxOfferedSuites = 8

/** The first of `accepted` (best first) that is among the `offered` codes. */
export function bestSuite(offered: readonly number[], accepted: readonly Suite[]): Suite | undefined {
  return accepted.find(({ code }) => offered.includes(code))
}
