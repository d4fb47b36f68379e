import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AddressError, contains, formatPrefix, parseAddress, parsePrefix, type Prefix } from '../src/index.ts'

const rejects: readonly (readonly [text: string, problem: RegExp])[] = [
  ['10.0.0.0', /add the length, as in 192\.0\.2\.0\/24/],
  ['2001:db8::', /add the length, as in 2001:db8::\/32/],
  ['10.0.0.300', /^"10\.0\.0\.300" is not an IPv4 address: octet 300 must be at most 255$/],
  ['foo', /^"foo" is not a prefix; write one such as 192\.0\.2\.0\/24 or 2001:db8::\/32$/],
  ['', /^"" is not a prefix; /],
  ['10.0.0.1/8', /has bits set after its length; the prefix is 10\.0\.0\.0\/8/],
  ['2001:db8::1/64', /the prefix is 2001:db8::\/64/],
  ['10.0.0.0/33', /length "33" must be 0\.\.32/],
  ['2001:db8::/129', /length "129" must be 0\.\.128/],
  ['10.0.0.0/08', /length "08" must be 0\.\.32/],
  ['10.0.0.0/', /length "" must be/],
  ['10.0.0.0/8/8', /length "8\/8" must be/],
  ['10.0.0/8', /it must have 4 octets, as in 192\.0\.2\.1, got 3/],
  ['::ffff:10.0.0.0/104', /is an IPv4-mapped prefix; write the IPv4 prefix/],
  ['fe80::%1/10', /has a zone/],
]

/** The bits of an address as text: the naive way to compare prefixes. */
const bitsOf = ({ version, octets }: Pick<Prefix, 'version' | 'octets'>): string =>
  [...octets.subarray(version === 4 ? 12 : 0)].map((octet) => octet.toString(2).padStart(8, '0')).join('')

describe('prefix', () => {
  for (const text of ['0.0.0.0/0', '10.0.0.0/8', '192.0.2.1/32', '::/0', '2001:db8::/32', '2001:db8::1/128']) {
    test(`round-trips ${text}`, () => assert.equal(formatPrefix(parsePrefix(text)), text))
  }
  for (const [text, problem] of rejects) {
    test(`refuses "${text}"`, () => {
      assert.throws(
        () => parsePrefix(text),
        (error) => error instanceof AddressError && problem.test(error.message),
      )
    })
  }

  test('is written canonically (RFC 5952)', () => {
    assert.equal(formatPrefix(parsePrefix('2001:0DB8:0:0::/32')), '2001:db8::/32')
  })

  test('contains the addresses that share its bits', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 1, 128, 255), { minLength: 4, maxLength: 4 })
        .map((four) => parseAddress(four.join('.'))),
    )
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 128 }), (a, b, bits) => {
        const of = (octets: Uint8Array): 4 | 6 =>
          octets[10] === 255 && octets[11] === 255 && octets.subarray(0, 10).every((octet) => octet === 0) ? 4 : 6
        const version = of(a)
        const length = version === 4 ? bits % 33 : bits
        const prefix = { version, octets: a, length }
        const wanted =
          of(b) === version && bitsOf({ version, octets: b }).slice(0, length) === bitsOf(prefix).slice(0, length)
        assert.equal(contains(prefix, b), wanted)
        assert.equal(contains(prefix, a), true)
      }),
    )
  })

  test('::/0 contains no IPv4 address', () => {
    assert.equal(contains(parsePrefix('::/0'), parseAddress('192.0.2.1')), false)
    assert.equal(contains(parsePrefix('0.0.0.0/0'), parseAddress('192.0.2.1')), true)
  })
})
