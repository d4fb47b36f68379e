import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceAddress } from '../src/source-address.ts'

const own = ['192.0.2.1', '192.0.2.8', '2001:db8::1']

test('the session with the controller comes from the address that it knows, where that is ours', () => {
  assert.equal(sourceAddress('192.0.2.1', '192.0.2.10', own), '192.0.2.1')
  assert.equal(sourceAddress('2001:DB8:0::1', '2001:db8::10', own), '2001:db8::1')
})

test('from where the kernel says, where it is not ours or of the other version', () => {
  assert.equal(sourceAddress('192.0.2.2', '192.0.2.10', own), undefined)
  assert.equal(sourceAddress('192.0.2.1', '2001:db8::10', own), undefined)
})
