import assert from 'node:assert/strict'
import { test } from 'node:test'
import { netconfPlaceOf } from '../src/open-netconf.ts'

test('a router of NETCONF is a host, with a user and a port as may be; 830 is the port (RFC 6242 §5)', () => {
  for (const [text, place] of [
    ['edge-9', { host: 'edge-9', port: 830 }],
    ['vagus@192.0.2.9', { host: '192.0.2.9', port: 830, user: 'vagus' }],
    ['vagus@192.0.2.9:22', { host: '192.0.2.9', port: 22, user: 'vagus' }],
    ['vagus@2001:db8::9', { host: '2001:db8::9', port: 830, user: 'vagus' }],
    ['vagus@[2001:db8::9]:22', { host: '2001:db8::9', port: 22, user: 'vagus' }],
    ['[fe80::1%eth0]', { host: 'fe80::1%eth0', port: 830 }],
  ] as const)
    assert.deepEqual(netconfPlaceOf(text), place, text)
  for (const text of [
    '',
    'a b',
    'vagus@',
    'a@b@c',
    'host:0',
    'host:65536',
    'host:x',
    '[::1',
    '::1]:22',
    '-x',
    '-x@host',
    'a@-x',
  ])
    assert.equal(netconfPlaceOf(text), undefined, text)
})
