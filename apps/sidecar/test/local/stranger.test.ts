import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strangerAt } from '../../src/local/stranger.ts'

test('a host with a /64 of IPv6 is one stranger, whichever of its addresses it takes', () => {
  assert.equal(strangerAt('2001:db8:0:1::1'), strangerAt('2001:db8:0:1:ffff:ffff:ffff:ffff'))
  assert.notEqual(strangerAt('2001:db8:0:1::1'), strangerAt('2001:db8:0:2::1'))
})

test('hosts with IPv4 are several, also where a socket of IPv6 takes them', () => {
  assert.notEqual(strangerAt('::ffff:192.0.2.1'), strangerAt('::ffff:192.0.2.2'))
  assert.equal(strangerAt('::ffff:192.0.2.1'), strangerAt('192.0.2.1'))
})

test('an address of a link has its scope, and a connection that has gone none', () => {
  assert.equal(strangerAt('fe80::1%eth0'), strangerAt('fe80::2%eth0'))
  assert.equal(strangerAt(''), '')
})
