/** Sets of intents of one owner, for the virtual clock. @module */
import assert from 'node:assert/strict'
import { type Intent, type IntentSet, type IntentSetDraft, signIntents } from '@vagus/intent'
import { testAgent } from '../../../../packages/identity/test/agents.ts'
import { nodeCrypto } from '../../../../packages/identity/test/node-crypto.ts'
import { intent, places } from '../../../../packages/intent/test/sets.ts'

export { intent }
export const owner = testAgent(1)
/** Milliseconds since 1970: where the virtual clock begins. */
export const begin = 1_700_000_000_000

/** @param before the set that it follows */
export function nextSet(
  intents: readonly Intent[],
  before?: IntentSet,
  more: Partial<IntentSetDraft> = {},
  by = owner,
): IntentSet {
  const iat = begin / 1000
  const draft = {
    epoch: (before?.epoch ?? 0) + 1,
    previous: before?.hash ?? null,
    iat,
    exp: iat + 30 * 86_400,
    places,
    intents,
    ...more,
  }
  const answer = signIntents(draft, by.log, by.signer, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.set
}
