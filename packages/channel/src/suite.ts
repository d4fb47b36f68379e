/**
 * The suites of a handshake and which one of them two sides use. The initiator names all that it speaks, and its list
 * is part of what both sides must agree on; the responder goes on with nothing but the best that both speak. So whoever
 * shortens the list on the way breaks the handshake, and whoever asks for less is sent back.
 * @module
 */
import { type Pattern, patterns } from './noise/pattern.ts'

export interface Suite {
  /** On the wire. */
  readonly code: number
  readonly name: string
  /** `XX` when the responder's key is not known, `IK` when it is. */
  readonly patterns: { readonly XX: Pattern; readonly IK: Pattern }
}

/** X25519 with ML-KEM-768, AES-256-GCM, SHA-256: whoever records it today does not read it with a quantum computer. */
export const hybridSuite: Suite = {
  code: 1,
  name: '25519+MLKEM768_AESGCM_SHA256',
  patterns: { XX: patterns.XXhfs, IK: patterns.IKhfs },
}
/** X25519 alone. Only where a policy allows it. */
export const classicSuite: Suite = {
  code: 2,
  name: '25519_AESGCM_SHA256',
  patterns: { XX: patterns.XX, IK: patterns.IK },
}
export const suites: readonly Suite[] = [hybridSuite, classicSuite]

/** More than there are; a longer list is refused. */
export const maxOfferedSuites = 8

/** The first of `accepted` (the best first) that is among the `offered` codes. */
export function bestSuite(offered: readonly number[], accepted: readonly Suite[]): Suite | undefined {
  return accepted.find(({ code }) => offered.includes(code))
}
