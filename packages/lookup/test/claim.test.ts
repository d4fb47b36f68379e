import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { claimOf, claimsOf, claimText, hasClaim, isOfClaim } from '../src/index.ts'

describe('a claim', () => {
  test('is a skill or a role, as documents write them', () => {
    assert.deepEqual(claimOf('skill:report.write'), { skill: 'report.write' })
    assert.deepEqual(claimOf('role:dispatcher'), { role: 'dispatcher' })
  })
  for (const text of [
    'skill:',
    'skill:Report',
    'skill:a..b',
    'skill:a b',
    'role:a.b',
    'role:',
    'Skill:a',
    'writer',
    'skill:a\n',
  ])
    test(`is not "${JSON.stringify(text)}"`, () => assert.equal(claimOf(text), undefined))
  test('is held as a whole word: a wider or narrower skill is another one', () => {
    const agent = { role: 'desk', skills: ['report.write', 'report'] }
    assert.ok(hasClaim(agent, { skill: 'report.write' }) && hasClaim(agent, { skill: 'report', role: 'desk' }))
    for (const claim of [{ skill: 'report.write.weekly' }, { role: 'des' }, { skill: 'report', role: 'other' }])
      assert.ok(!hasClaim(agent, claim))
  })
  test('of any text is what its text says again, and everything that an agent claims is one', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('skill:', 'role:', ''), (text, prefix) => {
        const claim = claimOf(prefix + text)
        if (claim === undefined) return
        assert.ok(isOfClaim(prefix + text))
        assert.equal(claimText(claim), prefix + text)
      }),
    )
    const agent = { role: 'desk', skills: ['a', 'b.c'] }
    for (const word of claimsOf(agent)) assert.ok(hasClaim(agent, claimOf(word)!), word)
  })
})
