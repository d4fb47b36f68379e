/** Which places a join proxy believes to be a registrar. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '@vagus/address'
import type { Locator } from '@vagus/grasp'
import { placeOf } from '../../src/joining/heard-registrar.ts'

const over = { protocol: 6, port: 7604 } as const
const at = (address: string, port: number = over.port): Locator =>
  address.includes(':')
    ? { type: 'ipv6', address: parseAddress(address), ...over, port }
    : { type: 'ipv4', address: parseAddress(address).subarray(12), ...over, port }

test('an address of another host, and nothing that listens for this host alone', () => {
  assert.deepEqual(placeOf(at('fd00::10')), { address: 'fd00::10', port: 7604 })
  assert.deepEqual(placeOf(at('10.0.0.10')), { address: '10.0.0.10', port: 7604 })
  for (const address of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '224.0.0.1', '::1', '::', 'ff02::1', '::ffff:127.0.0.1'])
    assert.equal(placeOf(at(address)), undefined, address)
  assert.equal(placeOf(at('fd00::10', 0)), undefined)
  for (const name of ['localhost', '', 'registrar.example'])
    assert.equal(placeOf({ type: 'fqdn', name, ...over }), undefined, name)
})
