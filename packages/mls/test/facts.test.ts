/** Facts of the RFCs that need no file of vectors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, DecodeError, encode, Reader, Writer } from '@vagus/wire'
import { mlsCrypto } from '../../transport/src/index.ts'
import { content, readContentType } from '../src/content.ts'
import { credential } from '../src/credential.ts'
import { extensions } from '../src/extension.ts'
import { expand } from '../src/hkdf.ts'
import { parentNode } from '../src/parent-node.ts'
import { directPathOf, leftOf, parentOf, rightOf, rootOf, siblingOf, widthOf } from '../src/tree-math.ts'
import { lengthOctets, opaque, optional, readLength, uint16s, writeLength } from '../src/vectors.ts'
import { fromHex, toHex } from './vectors.ts'

test('lengths of RFC 9420 §2.1.2, both ways, and no longer form than needed', () => {
  for (const [hex, length] of [
    ['9d7f3e7d', 494_878_333],
    ['7bbd', 15_293],
    ['25', 37],
    ['3f', 63],
    ['4040', 64],
    ['7fff', 16_383],
    ['80004000', 16_384],
    ['bfffffff', 1_073_741_823],
  ] as const) {
    assert.equal(readLength(new Reader(fromHex(hex))), length)
    const w = new Writer()
    writeLength(w, length)
    assert.equal(toHex(w.finish()), hex)
    assert.equal(lengthOctets(length), hex.length / 2)
  }
  for (const hex of ['4025', '80003fff', 'c000000000000000'])
    assert.throws(() => readLength(new Reader(fromHex(hex))), { code: 'bad-value' })
  assert.throws(() => writeLength(new Writer(), 2 ** 30), RangeError)
})

test('values that have another form are refused, with the octet', () => {
  const refused = (codec: { read: (r: Reader) => unknown }, hex: string, at: number): void =>
    assert.throws(
      () => decode(codec as typeof opaque, fromHex(hex)),
      (error: unknown) => error instanceof DecodeError && error.offset === at,
      hex,
    )
  refused(opaque, '0301', 1)
  refused(optional(opaque), '02', 0)
  refused(uint16s, '03000100', 3)
  refused(extensions, '06000100000100', 0)
  refused(parentNode, '00000800000005000000', 3)
  refused(parentNode, '0000080000000500000005', 0)
  refused(content, '00000000000000000009', 9)
  assert.throws(() => readContentType(new Reader(Uint8Array.of(4))), { code: 'bad-value' })
  assert.equal(toHex(encode(extensions, [{ type: 5, data: Uint8Array.of(1) }])), '0400050101')
  assert.equal(toHex(encode(credential, { type: 'basic', identity: Uint8Array.of(7) })), '00010107')
  const unknown = decode(credential, fromHex('0a0a0107'))
  assert.equal(toHex(encode(credential, unknown)), '0a0a0107')
})

test('HKDF-SHA256 of RFC 5869 A.1, more than one block long', () => {
  const secret = mlsCrypto.hmacSha256(fromHex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b))
  assert.equal(toHex(secret), '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
  const output = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'
  assert.equal(toHex(expand(mlsCrypto, secret, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42)), output)
})

test('in a tree of any size children and parents, siblings and paths belong together (appendix C)', () => {
  for (let leaves = 2; leaves <= 1024; leaves *= 2) {
    const root = rootOf(leaves)
    for (let node = 0; node < widthOf(leaves); node++) {
      if (node % 2 === 1) for (const child of [leftOf(node), rightOf(node)]) assert.equal(parentOf(child), node)
      if (node === root) continue
      assert.equal(siblingOf(siblingOf(node)), node)
      assert.equal(parentOf(siblingOf(node)), parentOf(node))
      assert.equal(directPathOf(node, leaves).at(-1), root)
    }
  }
})
