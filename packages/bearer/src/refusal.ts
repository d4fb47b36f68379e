/** Why a token is not believed. @module */

export type RefusalCode =
  | 'malformed'
  | 'algorithm'
  | 'type'
  | 'unknown-key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not-yet'
  | 'claims'
  /** The issuer cannot be asked now: the token may be good. Every other code is final. */
  | 'unavailable'

export interface Refusal {
  readonly refused: RefusalCode
  /** For people: what was wrong, and what would be right. Has nothing in it that the token says, but for names of claims. */
  readonly detail: string
}

export const refusal = (refused: RefusalCode, detail: string): Refusal => ({ refused, detail })
