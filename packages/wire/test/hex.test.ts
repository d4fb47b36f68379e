import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHex, encodeHex } from '../src/index.ts'

test('octets are two digits each, and digits are octets again', () => {
  assert.equal(encodeHex(Uint8Array.of(0, 15, 16, 255)), '000f10ff')
  assert.equal(encodeHex(new Uint8Array(0)), '')
  fc.assert(fc.property(fc.uint8Array(), (octets) => assert.deepEqual(decodeHex(encodeHex(octets)), octets)))
})
