import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findRuleOf, isAbout } from '../../src/found/find-rule.ts'

const id = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'

describe('a word of --find', () => {
  for (const [text, only, who] of [
    ['@host', undefined, '@host'],
    ['@controller', undefined, '@controller'],
    ['writer', undefined, 'writer'],
    [id, undefined, id],
    ['skill:report.write=writer', { skill: 'report.write' }, 'writer'],
    ['role:desk=@lookup', { role: 'desk' }, '@lookup'],
    [`skill:a=${id}`, { skill: 'a' }, id],
  ] as const)
    test(`${text} names who is believed`, () => assert.deepEqual(findRuleOf(text), { text, only, who }))

  for (const text of [
    '',
    '@everybody',
    '@host ',
    'Writer',
    'did:key:z6Mk',
    'skill:report.write',
    'skill:Report=writer',
    'skill:=writer',
    'report.write=writer',
    'skill:a=',
    'skill:a=b=c',
    '=writer',
    'role:desk=role:desk',
  ])
    test(`"${text}" is refused`, () => assert.equal(findRuleOf(text), undefined))

  test('is about every claim, or about its own only: neither a wider nor a narrower one', () => {
    const [all, one] = [findRuleOf('writer')!, findRuleOf('skill:report.write=writer')!]
    assert.ok(isAbout(all, { skill: 'x' }) && isAbout(all, { role: 'x' }))
    assert.ok(isAbout(one, { skill: 'report.write' }))
    for (const claim of [{ skill: 'report' }, { skill: 'report.write.weekly' }, { role: 'report' }])
      assert.ok(!isAbout(one, claim))
  })
})
