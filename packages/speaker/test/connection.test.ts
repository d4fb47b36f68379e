import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain } from '../src/session/connection.ts'

test('an address of a socket is the one that a peer is known by, whatever socket and link it came over', () => {
  for (const [given, known] of [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:1', '::ffff:1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    [undefined, ''],
  ] as const)
    assert.equal(plain(given), known)
})
