import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  isRefused,
  readVoucher,
  readVoucherRequest,
  type Voucher,
  type VoucherRequest,
  writeVoucher,
  writeVoucherRequest,
} from '../src/index.ts'

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const json = (value: unknown): Uint8Array => octets(JSON.stringify(value))
const root = 'ietf-voucher:voucher'
const requestRoot = 'ietf-voucher-request:voucher'
const right = { 'serial-number': 'JADA123456789', assertion: 'logged', nonce: '62a2e7693d82fcda2624de58fb6722e5' }

function codeOf(answer: object): string {
  return isRefused(answer) ? answer.because.code : 'read'
}

function problemOf(answer: object): string {
  assert.ok(isRefused(answer))
  return answer.because.problem
}

const text = (most: number) => fc.string({ minLength: 1, maxLength: most }).filter((value) => !/\p{Cc}/u.test(value))
/** Whole seconds, 1970 to 2100: what a voucher can hold. */
const time = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000)
const binary = fc.uint8Array({ minLength: 1, maxLength: 64 })
const unknown = fc.dictionary(
  fc.string({ minLength: 1 }).map((name) => `x-${name}`),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
)
const vouchers: fc.Arbitrary<Voucher> = fc.record(
  {
    serialNumber: text(128),
    assertion: fc.constantFrom('verified', 'logged', 'proximity', 'agent-proximity'),
    nonce: text(128),
    pinnedDomainCert: binary,
    domainCertRevocationChecks: fc.boolean(),
    idevidIssuer: binary,
    createdOn: time,
    expiresOn: time,
    lastRenewalDate: time,
    others: unknown,
  },
  { requiredKeys: ['serialNumber', 'assertion'], noNullPrototype: true },
)
const requests: fc.Arbitrary<VoucherRequest> = fc.record(
  {
    serialNumber: text(128),
    nonce: text(128),
    assertion: fc.constantFrom('proximity', 'logged'),
    createdOn: time,
    idevidIssuer: binary,
    proximityRegistrarCert: binary,
    priorSignedVoucherRequest: binary,
    others: unknown,
  },
  { requiredKeys: ['serialNumber'], noNullPrototype: true },
)

describe('a voucher', () => {
  test('is read as RFC 8995 §5.6 prints it', () => {
    // Its "base64encodedvalue==" is no base64: one bit too many is set.
    const printed = { ...right, 'pinned-domain-cert': 'base64encodedvalug==' }
    const voucher = readVoucher(json({ [root]: printed }))
    assert.ok(!isRefused(voucher), JSON.stringify(voucher))
    assert.equal(voucher.serialNumber, 'JADA123456789')
    assert.equal(voucher.nonce, '62a2e7693d82fcda2624de58fb6722e5')
    assert.equal(voucher.pinnedDomainCert?.length, 13)
  })

  test('is read with the times of RFC 8366 §5.5, in any zone', () => {
    const voucher = readVoucher(json({ [root]: { ...right, 'expires-on': '2016-10-07T21:31:42+02:00' } }))
    assert.ok(!isRefused(voucher))
    assert.equal(voucher.expiresOn, Date.parse('2016-10-07T19:31:42Z'))
  })

  test('survives writing and reading, leaves that nobody knows included', () => {
    fc.assert(fc.property(vouchers, (voucher) => assert.deepEqual(readVoucher(writeVoucher(voucher)), voucher)))
  })

  test('has whole seconds, which is all that some readers take', () => {
    const written = new TextDecoder().decode(writeVoucher({ serialNumber: '1', assertion: 'logged', createdOn: 1999 }))
    assert.match(written, /"created-on":"1970-01-01T00:00:01Z"/)
  })

  test('is read with texts for truth values, as nqminds/brski writes them', () => {
    const voucher = readVoucher(json({ [root]: { ...right, 'domain-cert-revocation-checks': 'False' } }))
    assert.ok(!isRefused(voucher))
    assert.equal(voucher.domainCertRevocationChecks, false)
  })

  const wrong: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ['text', octets('voucher'), 'format', /not JSON/],
    ['a list', json([right]), 'format', /not a JSON object/],
    ['nothing', json({}), 'format', /begins with nothing/],
    ['a request', json({ [requestRoot]: right }), 'format', /must be "ietf-voucher:voucher"/],
    ['two containers', json({ [root]: right, [requestRoot]: right }), 'format', /begins with/],
    ['a container that is a text', json({ [root]: 'right' }), 'format', /not a JSON object/],
    ['broken UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'format', /UTF-8/],
    ['no serial number', json({ [root]: { ...right, 'serial-number': undefined } }), 'malformed', /is missing/],
    ['a serial number that is a number', json({ [root]: { ...right, 'serial-number': 7 } }), 'malformed', /is wrong/],
    ['an empty nonce', json({ [root]: { ...right, nonce: '' } }), 'malformed', /1\.\.128 characters/],
    ['a line break in the nonce', json({ [root]: { ...right, nonce: 'a\nb' } }), 'malformed', /control characters/],
    ['an assertion of its own', json({ [root]: { ...right, assertion: 'sure' } }), 'malformed', /"verified" or/],
    ['30 February', json({ [root]: { ...right, 'expires-on': '2026-02-30T00:00:00Z' } }), 'malformed', /date and time/],
    ['a time without a zone', json({ [root]: { ...right, 'expires-on': '2026-02-03T00:00:00' } }), 'malformed', /date/],
    ['a certificate in base64url', json({ [root]: { ...right, 'pinned-domain-cert': '_-8' } }), 'malformed', /base64/],
    ['a certificate without padding', json({ [root]: { ...right, 'pinned-domain-cert': 'AAA' } }), 'malformed', /pad/],
    [
      'unused bits that are set',
      json({ [root]: { ...right, 'pinned-domain-cert': 'AB==' } }),
      'malformed',
      /unused bits/,
    ],
    [
      'a certificate of 40 kB',
      json({ [root]: { ...right, 'pinned-domain-cert': 'A'.repeat(53_336) } }),
      'limit',
      /longer than 32768/,
    ],
    ['a nonce twice', octets(`{"${root}":{"nonce":"a","serial-number":"b","nonce":"c"}}`), 'malformed', /twice/],
    ['a nonce twice, once escaped', octets(`{"${root}":{"nonce":"a","n\\u006fnce":"c"}}`), 'malformed', /twice/],
    ['a deep leaf', octets(`{"${root}":{"x":${'['.repeat(40)}${']'.repeat(40)}}}`), 'malformed', /nested/],
  ]
  for (const [what, content, code, problem] of wrong) {
    test(`with ${what} is refused as ${code}`, () => {
      assert.equal(codeOf(readVoucher(content)), code)
      assert.match(problemOf(readVoucher(content)), problem)
    })
  }

  test('of random octets is refused and throws nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => assert.equal(codeOf(readVoucher(content)), 'format')),
    )
  })

  test('of any JSON is read or refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (content) => {
        const answer = readVoucher(octets(content))
        assert.ok(isRefused(answer) || typeof answer.serialNumber === 'string')
      }),
    )
  })

  test('with one octet changed is read or refused', () => {
    fc.assert(
      fc.property(vouchers, fc.nat(), fc.integer({ min: 1, max: 255 }), (voucher, at, change) => {
        const written = writeVoucher(voucher)
        written[at % written.length]! ^= change
        readVoucher(written)
      }),
    )
  })
})

describe('a voucher-request', () => {
  test('survives writing and reading under both names of its container', () => {
    fc.assert(
      fc.property(requests, fc.constantFrom('rfc8995' as const, 'rfc8366' as const), (request, name) => {
        assert.deepEqual(readVoucherRequest(writeVoucherRequest(request, name), [name]), request)
      }),
    )
  })

  test('under the name of a voucher is refused where nobody allowed it', () => {
    const content = writeVoucherRequest({ serialNumber: '1' }, 'rfc8366')
    assert.equal(codeOf(readVoucherRequest(content)), 'format')
    assert.equal(codeOf(readVoucherRequest(content, ['rfc8995', 'rfc8366'])), 'read')
  })

  test('ignores leaves that are not valid in it (RFC 8995 §3.4)', () => {
    const leaves = { 'serial-number': '1', 'pinned-domain-cert': 7, 'last-renewal-date': 'x' }
    assert.deepEqual(readVoucherRequest(json({ [requestRoot]: leaves })), { serialNumber: '1' })
  })
})
