import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeLinkStateNlri, encodeLinkStateNlri, valueOf } from '@vagus/bgp'
import { linkNlri } from '@vagus/bgp/telemetry'
import type { LinkPlace } from '../src/inventory.ts'
import { keyAt } from '../src/link-telemetry.ts'

test('both ends of a link have an AS and an identifier, whatever BGP says of the other (RFC 9086 §4.1)', () => {
  const remoteOf = (more: Partial<LinkPlace>): readonly unknown[] => {
    const place = { ifIndex: 3, name: 'eth1', local: '192.0.2.1', remote: '192.0.2.2', sessions: [], ...more }
    const octets = encodeLinkStateNlri([linkNlri(keyAt({ as: 64512, bgpIdentifier: 1 }, place))])
    const [nlri] = decodeLinkStateNlri(octets).nlri
    assert.ok(nlri?.type === 'link')
    return [valueOf(nlri.remote, 'autonomous-system'), valueOf(nlri.remote, 'bgp-router-id')]
  }
  assert.deepEqual(remoteOf({ neighbour: { as: 64600, identifier: '10.9.9.9' } }), [64600, 0x0a090909])
  assert.deepEqual(remoteOf({ neighbour: { as: 64600 } }), [64600, 0xc0000202])
  assert.deepEqual(remoteOf({}), [64512, 0xc0000202])
  assert.deepEqual(remoteOf({ local: '2001:db8::1', remote: '2001:db8::2' }), [64512, 0])
})
