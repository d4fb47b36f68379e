import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeOf } from '../src/index.ts'

test('an address has a scope, and text that is none leads nowhere', () => {
  const scopes = [
    '8.8.8.8',
    '10.1.2.3',
    '100.64.0.1',
    'fd12::1',
    '2001:db8::1',
    '127.0.0.1',
    '169.254.169.254',
    'fe80::1',
    'ff02::1',
    '255.255.255.255',
    'example.org',
    '',
  ].map(scopeOf)
  assert.deepEqual(scopes, [
    'global',
    'private',
    'private',
    'private',
    'global',
    ...Array.from({ length: 7 }, () => 'nowhere'),
  ])
})
