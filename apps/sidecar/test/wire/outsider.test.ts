import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeRequestHead, encodeRequestHead } from '../../src/wire/http-exchange.ts'
import { fieldsOfOutsider, outsiderKey, readOutsider } from '../../src/wire/outsider.ts'

const alice = { issuer: 'https://idp.example', subject: 'alice', scopes: ['read'], groups: ['staff'] }
const words = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 5 })
const anybody = fc.record({ issuer: fc.string(), subject: fc.string({ unit: 'binary' }), scopes: words, groups: words })

describe('for whom a gateway calls', () => {
  test('stands in the head of an exchange', () => {
    const head = { method: 'GET', target: '/', headers: [], speech: 'http', outsider: alice } as const
    assert.deepEqual(decodeRequestHead(encodeRequestHead(head)), head)
  })
  for (const wrong of [
    null,
    'alice',
    {},
    { ...alice, subject: '' },
    { ...alice, subject: 'a\nb' },
    { ...alice, subject: '\u202eecila' },
    { ...alice, subject: 'a'.repeat(256) },
    { ...alice, subject: '\ud800' },
    { ...alice, issuer: 'https://idp.example#x' },
    { ...alice, scopes: 'read' },
    { ...alice, groups: Array.from({ length: 257 }, () => 'g') },
  ])
    test(`is refused with its whole head where it is none: ${JSON.stringify(wrong).slice(0, 60)}`, () => {
      assert.equal(readOutsider(wrong), undefined)
      const head = { method: 'GET', target: '/', headers: [], speech: 'http', outsider: wrong }
      assert.equal(decodeRequestHead(Buffer.from(JSON.stringify(head))), undefined)
    })
  test('is told to the local server in fields that are of one line, and can be read back', () =>
    fc.assert(
      fc.property(anybody, (given) => {
        const outsider = readOutsider(given)
        if (outsider === undefined) return
        const [subject, , scopes] = fieldsOfOutsider(outsider).map(([, value]) => value) as [string, string, string]
        for (const [, value] of fieldsOfOutsider(outsider)) assert.match(value, /^[ -~]*$/)
        assert.equal(decodeURIComponent(subject), outsider.subject)
        assert.deepEqual(scopes === '' ? [] : scopes.split(' ').map(decodeURIComponent), outsider.scopes)
      }),
    ))
  test('has one name for one person', () =>
    fc.assert(
      fc.property(anybody, anybody, (one, other) => {
        const [first, second] = [readOutsider(one), readOutsider(other)]
        if (first === undefined || second === undefined) return
        const isSame = first.issuer === second.issuer && first.subject === second.subject
        assert.equal(outsiderKey(first) === outsiderKey(second), isSame)
      }),
    ))
})
