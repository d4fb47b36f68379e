/** Names, groups and headers as people and programs wrote them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bearerOf, challengeOf, type Claims, clientOf, groupsOf, personOf, personText, scopesOf } from '../src/index.ts'

const textOf = (claims: Claims): string =>
  personText(
    personOf(
      { issuer: 'https://id.example', subject: 'u1', claims, issuedAt: 0, expiresAt: 0, refusedFrom: 0 },
      'groups',
    ),
  )

describe('a person', () => {
  test('is shown by name and checked address', () => {
    assert.equal(
      textOf({ name: 'Ada Lovelace', email: 'Ada@Example.com', email_verified: true }),
      'Ada Lovelace <ada@example.com>',
    )
    assert.equal(
      textOf({ name: 'José Núñez-O’Brien Jr.', email_verified: true, email: 'j@x.org' }),
      'José Núñez-O’Brien Jr. <j@x.org>',
    )
  })
  test('whose address nobody checked is shown by the subject: anybody may claim an address', () => {
    const claimed = { name: 'Ada Lovelace', email: 'ada@example.com' }
    for (const email_verified of [undefined, false, 'true'])
      assert.equal(textOf({ ...claimed, email_verified }), 'Ada Lovelace <subject u1>')
  })
  test('does not pass for another by odd characters', () => {
    assert.equal(textOf({ name: 'Ada <ada@example.com>' }), 'Ada ada@example.com <subject u1>')
    assert.equal(textOf({ name: 'Ada\u202e\u2066moc\n12:00 approved' }), 'Ada moc 12:00 approved <subject u1>')
    assert.equal(textOf({ name: '\u3164\u115f\u200b' }), '<subject u1>')
    assert.equal(textOf({ name: ['Ada'] }), '<subject u1>')
    assert.equal(textOf({ name: `Z${'\u0300'.repeat(50)}a`.normalize('NFD') }).match(/\p{M}/gu)?.length ?? 0, 3)
  })
  test('of any claims is one line of bounded length with one address at its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, email) => {
        const text = textOf({ name, email, email_verified: true })
        assert.ok(text.length <= 200)
        assert.match(text, /^[^<>\p{C}\p{Zl}\p{Zp}]*<[^<>\p{C}\s]+( u1)?>$/u)
      }),
    )
  })
})

describe('claims', () => {
  test('of groups stand in a list, a text, a name with dots, or below another', () => {
    assert.deepEqual(groupsOf({ groups: ['noc', 7, '', 'dev'] }, 'groups'), ['noc', 'dev'])
    assert.deepEqual(groupsOf({ role: 'noc' }, 'role'), ['noc'])
    assert.deepEqual(groupsOf({ 'https://x.org/groups': ['noc'] }, 'https://x.org/groups'), ['noc'])
    assert.deepEqual(groupsOf({ realm_access: { roles: ['noc'] } }, 'realm_access.roles'), ['noc'])
    assert.deepEqual(groupsOf({}, 'constructor.name'), [])
    assert.equal(groupsOf({ groups: Array(5000).fill('x') }, 'groups').length, 1024)
  })
  test('of scope and client have the names of RFC 9068 and those of some issuers', () => {
    assert.deepEqual(scopesOf({ scope: 'call read' }), ['call', 'read'])
    assert.deepEqual(scopesOf({ scp: ['call'] }), ['call'])
    assert.equal(clientOf({ azp: 'web' }), 'web')
    assert.equal(clientOf({ client_id: 'cli', azp: 'web' }), 'cli')
  })
})

describe('headers', () => {
  test('carry one token (RFC 6750 §2.1)', () => {
    assert.equal(bearerOf('Bearer abc.def-_~+/=='), 'abc.def-_~+/==')
    assert.equal(bearerOf('bearer  abc'), 'abc')
    for (const header of [
      undefined,
      null,
      '',
      'Bearer',
      'Basic abc',
      'Bearer a b',
      'Bearer a,b',
      `Bearer ${'a'.repeat(17_000)}`,
    ])
      assert.equal(bearerOf(header), undefined)
  })
  test('of a challenge cannot be left by what stands in it (RFC 6750 §3)', () => {
    assert.equal(challengeOf({ realm: 'vagus' }), 'Bearer realm="vagus"')
    const challenge = challengeOf({ realm: 'v', error: 'invalid_token', description: 'a"\r\nb\\', scope: 'call' })
    assert.equal(challenge, `Bearer realm="v", error="invalid_token", error_description="a'b'", scope="call"`)
  })
})
