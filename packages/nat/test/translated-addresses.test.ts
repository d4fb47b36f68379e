import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probedAddresses } from '../src/index.ts'

test('an IPv6 address that is translated to an IPv4 one is not probed: that may be of any network', () => {
  const seen = [{ host: '2001:db8::1', port: 7601 }]
  const translated = ['64:ff9b::a9fe:a9fe', '64:ff9b:1::c0a8:101', '2002:c0a8:101::1']
  const hosts = [...translated, '2001:db8:2::2']
  const probed = probedAddresses(
    hosts.map((host) => ({ host, port: 1 })),
    seen,
  )
  assert.deepEqual(probed, [{ host: '2001:db8:2::2', port: 1 }])
})
