/** Signed sets of intents, always the same for the same numbers. */
import assert from 'node:assert/strict'
import { beginKeyLog } from '@vagus/identity'
import { type Intent, type IntentSet, noPlaces, type Places, signIntents } from '@vagus/intent'
import { identityCrypto } from '@vagus/transport'
import { signer } from './agent-document.ts'

export interface SetOptions {
  readonly epoch: number
  readonly intents?: readonly Intent[]
  readonly places?: Places
  readonly before?: IntentSet
  /** The owner's key is of that number. */
  readonly first?: number
  readonly days?: number
}

/** @param now milliseconds since 1970 */
export function setOf(
  now: number,
  { epoch, intents = [], places = noPlaces, before, first = 50, days = 90 }: SetOptions,
): IntentSet {
  const log = beginKeyLog(signer(first), signer(first + 1).publicKey, identityCrypto)
  const iat = Math.floor(now / 1000)
  const draft = { epoch, previous: before?.hash ?? null, iat, exp: iat + days * 86_400, places, intents }
  const signed = signIntents(draft, log, signer(first), identityCrypto)
  assert.ok(signed.type === 'signed', JSON.stringify(signed))
  return signed.set
}

export const intentOf = (name: string, goal: Intent['goal'], more: Partial<Intent> = {}): Intent => ({
  name,
  scope: {},
  when: {},
  priority: 0,
  goal,
  ...more,
})
