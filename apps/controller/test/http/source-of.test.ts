import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceOfAddress } from '../../src/http/source-of.ts'

test('a source is an IPv4 address, however it is written, or the /64 of an IPv6 address', () => {
  assert.equal(sourceOfAddress('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(sourceOfAddress('192.0.2.1'), '192.0.2.1')
  assert.equal(sourceOfAddress('2001:db8::1'), sourceOfAddress('2001:db8::ffff:1'))
  assert.notEqual(sourceOfAddress('2001:db8::1'), sourceOfAddress('2001:db8:0:1::1'))
  assert.equal(sourceOfAddress('fe80::1%eth0'), sourceOfAddress('fe80::2%eth0'))
})
