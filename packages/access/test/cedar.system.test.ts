/** Our Cedar against Cedar's own implementation; `npm run soak -- access` plays more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareDecisions, compareTexts } from './cedar-oracle.ts'

describe("against Cedar's own implementation", () => {
  test('random policies decide random requests alike: the decision, the policies that made it, and those that err', () => {
    const { decisions, allowed, forbidden, erring } = compareDecisions(10_000, 1)
    assert.equal(decisions, 10_000)
    for (const share of [allowed, forbidden, erring]) assert.ok(share > 300, 'the policies are worth deciding')
  })

  test('what we compile Cedar reads, and what only Cedar reads we name', () => {
    const { accepted, unsupported } = compareTexts(20_000, 1)
    assert.ok(accepted > 1000 && unsupported > 100, `${accepted} accepted, ${unsupported} unsupported`)
  })
})
