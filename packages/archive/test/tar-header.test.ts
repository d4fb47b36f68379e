import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ArchiveError } from '../src/errors.ts'
import { readTarHeader, type TarMember, tarHeader } from '../src/tar-header.ts'

const part = fc.stringMatching(/^[a-z0-9._-]{1,12}$/)
const member: fc.Arbitrary<TarMember> = fc.record({
  name: fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/')),
  octets: fc.oneof(fc.nat(), fc.maxSafeNat()),
  at: fc.nat(),
})

describe('the header of a plain file in a tar', () => {
  test('is read as it was written', () =>
    fc.assert(fc.property(member, (one) => assert.deepEqual(readTarHeader(tarHeader(one)), { ...one }))))

  test('is that of POSIX.1-1988, field by field', () => {
    const text = Buffer.from(tarHeader({ name: 'flows/a', octets: 8, at: 1 })).toString('latin1')
    assert.equal(text.slice(0, 8), 'flows/a\0')
    assert.equal(text.slice(100, 108), '0000600\0')
    assert.equal(text.slice(124, 136), '00000000010\0')
    assert.equal(text.slice(136, 148), '00000000001\0')
    assert.equal(text.slice(156, 157), '0')
    assert.equal(text.slice(257, 265), 'ustar\x0000')
  })

  test('with any octet changed is refused, or another name, size or time of the same form', () =>
    fc.assert(
      fc.property(member, fc.nat(511), fc.integer({ min: 1, max: 255 }), (one, at, change) => {
        const block = tarHeader(one)
        block[at]! ^= change
        assert.throws(() => readTarHeader(block), ArchiveError)
      }),
    ))

  for (const [type, what] of [
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a device'],
    ['5', 'a folder'],
    ['x', 'of type "x"'],
  ] as const)
    test(`of ${what} is refused by that name`, () => {
      const block = tarHeader({ name: 'a', octets: 0, at: 0 })
      block[156] = type.charCodeAt(0)
      assert.throws(() => readTarHeader(block), { name: 'ArchiveError', message: new RegExp(`"a" is ${what};`) })
    })

  test('is not made of a name with blanks, of one that is too long, or of a size below 0', () => {
    for (const name of ['', 'a b', '/a', 'a/', 'a//b', 'ä', 'a'.repeat(101)])
      assert.throws(() => tarHeader({ name, octets: 0, at: 0 }), RangeError, name)
    for (const octets of [-1, 0.5, NaN]) assert.throws(() => tarHeader({ name: 'a', octets, at: 0 }), RangeError)
  })
})
