import assert from 'node:assert/strict'
import { readAttributes, type UpdateContext } from '../src/index.ts'
import { decisionFactsOf, type OwnIdentity } from '../src/update/attribute-facts.ts'
import { QuickAttributes } from '../src/update/quick-attributes.ts'

/** Where the quick way says `clean`, the slow one finds no fault and the same facts. */
export function assertAgreement(
  octets: Uint8Array,
  from: number,
  to: number,
  own: OwnIdentity,
  context: UpdateContext,
): void {
  const quick = new QuickAttributes(own, context)
  if (quick.read(octets, from, to) === 'unusual') return
  const { treatment, faults, attributes } = readAttributes(octets, from, to, context)
  assert.deepEqual([treatment, faults], ['accept', []])
  assert.deepEqual(quick.facts, decisionFactsOf(attributes, own))
}
