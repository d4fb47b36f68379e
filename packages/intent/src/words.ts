/** Intents in words, for refusals and reports. @module */
import type { Orders } from './orders.ts'

/** `2026-12-01T00:00:00Z`. @param at milliseconds since 1970, up to the year 9999 */
export const utcText = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** Why nothing new is agreed on, or that intents hold. */
export function standingText({ standing, expiresAt }: Pick<Orders, 'standing' | 'expiresAt'>): string {
  switch (standing) {
    case 'holds':
      return 'the intents of the owner hold'
    case 'none':
      return 'no intents of the owner are known yet; until then nothing new begins'
    case 'expired':
      return `the intents of the owner expired at ${utcText(expiresAt ?? 0)}; until it signs again nothing new begins`
    case 'clock':
      return 'the clock here is before the intents of the owner were signed; until it is right nothing new begins'
    default:
      return standing satisfies never
  }
}
