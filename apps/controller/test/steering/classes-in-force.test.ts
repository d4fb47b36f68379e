import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classesInForce } from '../../src/steering/classes-in-force.ts'

const one = (id: string, owner: string, prefix = '10.1.0.0/16') => {
  return {
    id,
    owner,
    prefix,
    interface: 'eth0',
    class: 4,
    appliedAt: '2026-11-26T03:00:00Z',
    expiresAt: '2026-11-26T04:00:00Z',
  }
}
const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)

test('a place that an agent tells of on its socket is not counted twice, however its prefix is written', () => {
  const leased = [one('leased', 'steering', '2001:db8::/32')]
  assert.deepEqual(ids(classesInForce([], leased)), ['leased'])
  assert.deepEqual(ids(classesInForce([one('told', 'steering', '2001:DB8:0::/32')], leased)), ['told'])
  assert.deepEqual(ids(classesInForce([one('other', 'ops', '2001:db8::/32')], leased)), ['other', 'leased'])
})
