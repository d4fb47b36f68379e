import assert from 'node:assert/strict'
import { isIPv6 } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  AddressError,
  formatAddress,
  formatWords,
  isIpv4Words,
  octetsOfWords,
  parseAddress,
  parseScopedAddress,
  versionOf,
  wordsPerAddress,
  writeWords,
} from '../src/index.ts'

/** Texts and their canonical text by RFC 5952. */
const canonical: readonly (readonly [name: string, text: string, wanted: string])[] = [
  ['§4.1 leading zeros go', '2001:0db8::0001', '2001:db8::1'],
  ['§4.1 a group of zeros is one 0', '2001:db8:0:0001:0:1:0:1', '2001:db8:0:1:0:1:0:1'],
  ['§4.2.1 "::" takes all it can', '2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['§4.2.1 nothing is left beside "::"', '2001:db8::0:1', '2001:db8::1'],
  ['§4.2.2 one group of zeros is written', '2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['§4.2.3 the longer run is shortened', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['§4.2.3 of equal runs the first', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['§4.3 lower case', '2001:DB8::AAAA', '2001:db8::aaaa'],
  ['§5 the mapped form is IPv4 here', '::ffff:192.0.2.1', '192.0.2.1'],
  ['§5 the mapped form in hexadecimal', '::ffff:c000:201', '192.0.2.1'],
  ['§5 other forms with IPv4 at the end are written in hexadecimal', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['all zeros', '0:0:0:0:0:0:0:0', '::'],
  ['zeros at the end', '1:0:0:0:0:0:0:0', '1::'],
  ['"::" for one group is read', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['IPv4', '255.255.255.255', '255.255.255.255'],
  ['IPv4 zero', '0.0.0.0', '0.0.0.0'],
]

const rejects: readonly (readonly [text: string, problem: RegExp])[] = [
  ['', /is not an address; write one such as 192\.0\.2\.1 or 2001:db8::1/],
  ['pe-1', /is not an address/],
  ['10.1.1', /it must have 4 octets, as in 192\.0\.2\.1, got 3/],
  ['10.1.1.256', /octet 256 must be at most 255/],
  ['10.1.1.01', /octet "01" must not start with 0, write 1/],
  ['10.1.1.0x1', /octet "0x1" must be a number/],
  ['10.1.1. 1', /must be a number/],
  ['10.1.1.', /octet "" must be a number/],
  ['1:2:3:4:5:6:7', /must have 8 groups, .* got 7/],
  ['1:2:3:4:5:6:7:8:9', /must have 8 groups, .* got 9/],
  ['1:2:3:4::5:6:7:8', /"::" must stand for at least one group/],
  ['1::2::3', /"::" may occur only once/],
  [':::', /must be 1\.\.4 hexadecimal digits/],
  [':1:2:3:4:5:6:7', /must be 1\.\.4 hexadecimal digits/],
  ['2001:db8::12345', /"12345" must be 1\.\.4 hexadecimal digits/],
  ['::1.2.3.4:5', /"1\.2\.3\.4" must be 1\.\.4 hexadecimal digits/],
  ['1.2.3.4::', /"1\.2\.3\.4" must be/],
  ['::ffff:10.0.0.08', /must not start with 0/],
  ['fe80::1%eth0', /has a zone; write the address without it/],
  ['192.0.2.1%eth0', /must be a number/],
]

const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
const sparse16 = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0xdb8), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])))
const address = fc.oneof(octets16, sparse16)

describe('address text', () => {
  for (const [name, text, wanted] of canonical) {
    test(`${name} (RFC 5952)`, () => assert.equal(formatAddress(parseAddress(text)), wanted))
  }
  for (const [text, problem] of rejects) {
    test(`refuses "${text}"`, () => {
      assert.throws(
        () => parseAddress(text),
        (error) => error instanceof AddressError && error.text === text && problem.test(error.message),
      )
    })
  }

  test('round-trips any address, as text that Node assigns to the same family', () => {
    fc.assert(
      fc.property(address, (octets) => {
        const text = formatAddress(octets)
        assert.deepEqual(parseAddress(text), octets)
        assert.equal(isIPv6(text), versionOf(octets) === 6)
        assert.equal(formatAddress(parseAddress(text)), text)
      }),
    )
  })

  test('writes IPv6 as the URL standard does', () => {
    fc.assert(
      fc.property(address, (octets) => {
        if (versionOf(octets) === 4) return
        assert.equal(new URL(`http://[${formatAddress(octets)}]/`).hostname, `[${formatAddress(octets)}]`)
      }),
    )
  })

  test('any text gives an address or an AddressError', () => {
    const pieces = fc.constantFrom('::', ':', '.', '0', '1', 'ffff', '255', '%', '/', 'g', '1.2.3.4')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        try {
          assert.equal(parseAddress(text).length, 16)
          assert.ok(text.includes('.') || isIPv6(text), `${text} was taken`)
        } catch (error) {
          assert.ok(error instanceof AddressError, String(error))
          assert.equal(isIPv6(text) && !text.includes('%'), false, `${text} was refused`)
        }
      }),
    )
  })

  test('reads a zone with parseScopedAddress (RFC 4007 §11)', () => {
    assert.deepEqual(parseScopedAddress('fe80::1%eth0'), { octets: parseAddress('fe80::1'), zone: 'eth0' })
    assert.deepEqual(parseScopedAddress('192.0.2.1'), { octets: parseAddress('192.0.2.1'), zone: undefined })
    assert.throws(() => parseScopedAddress('192.0.2.1%eth0'), /only IPv6 addresses can have one/)
    assert.throws(() => parseScopedAddress('fe80::1%'), /has the zone ""/)
    assert.throws(() => parseScopedAddress('fe80::1%a b'), /it must be letters, digits/)
  })

  test('a very long text is shortened in the message and whole in the error', () => {
    const text = '1'.repeat(1000)
    assert.throws(
      () => parseAddress(text),
      (error) => error instanceof AddressError && error.text === text && error.message.length < 200,
    )
  })
})

describe('address words', () => {
  test('the most significant word is the last, as in flow columns', () => {
    const words = new Uint32Array(8)
    writeWords(words, 4, parseAddress('2001:db8::ff:1'))
    assert.deepEqual([...words], [0, 0, 0, 0, 0x00ff0001, 0, 0, 0x20010db8])
    assert.equal(isIpv4Words(words, 4), false)
    assert.equal(formatWords(words, 4), '2001:db8::ff:1')
  })

  test('an IPv4 address is the first word', () => {
    const words = new Uint32Array(4)
    writeWords(words, 0, parseAddress('192.0.2.1'))
    assert.deepEqual([...words], [0xc0000201, 0xffff, 0, 0])
    assert.equal(isIpv4Words(words, 0), true)
    assert.equal(formatWords(words, 0), '192.0.2.1')
  })

  test('octets, words and text agree', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 0, max: 3 }), (octets, row) => {
        const words = new Uint32Array(4 * wordsPerAddress)
        writeWords(words, row * wordsPerAddress, octets)
        assert.deepEqual(octetsOfWords(words, row * wordsPerAddress), octets)
        assert.equal(formatWords(words, row * wordsPerAddress), formatAddress(octets))
        assert.equal(isIpv4Words(words, row * wordsPerAddress), versionOf(octets) === 4)
      }),
    )
  })

  test('other than 16 octets are refused', () => {
    assert.throws(() => formatAddress(new Uint8Array(4)), /"octets" must be 16, got 4/)
    assert.throws(() => writeWords(new Uint32Array(4), 0, new Uint8Array(4)), /"octets" must be 16, got 4/)
  })
})
