import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Neighbour } from '@vagus/router'
import { linksOf } from '../src/inventory.ts'

const indices = new Map([
  ['lo', 1],
  ['eth1', 2],
  ['eth2', 3],
])
const addressesOf = (...cidrs: readonly string[]) => cidrs.map((cidr) => ({ address: cidr.split('/')[0]!, cidr }))
const neighbour = (address: string, more: Partial<Neighbour> = {}): Neighbour => {
  return { name: address, address, as: 64600, state: 'established', ...more }
}
const linkLocal = addressesOf('fe80::1/64')

describe('links of a router', () => {
  test('of both IP versions have the sessions of both, and the addresses of IPv4', () => {
    const [link] = linksOf(indices, { eth1: addressesOf('10.9.0.0/31', '2001:db8:9::/127', 'fe80::1/64') }, [
      neighbour('2001:db8:9::1'),
      neighbour('10.9.0.1'),
    ])
    assert.deepEqual([link?.local, link?.remote, link?.neighbour?.as], ['10.9.0.0', '10.9.0.1', 64600])
    assert.deepEqual(link?.sessions, ['2001:db8:9::1', '10.9.0.1'])
  })

  test('with neighbours of several ASes have them all, each once', () => {
    const [link] = linksOf(indices, { eth1: addressesOf('10.9.0.2/24') }, [
      neighbour('10.9.0.1'),
      neighbour('10.9.0.3', { as: 64700 }),
      neighbour('10.9.0.4', { as: 64700 }),
      neighbour('10.9.0.5'),
    ])
    assert.deepEqual([link?.neighbour?.as, link?.otherAses], [64600, [64700]])
  })

  test('of IPv6 alone are links, too', () => {
    const [link] = linksOf(indices, { eth1: addressesOf('fe80::1/64', '2001:db8:9::1/64') }, [
      neighbour('2001:db8:9::2'),
    ])
    assert.deepEqual([link?.local, link?.remote, link?.neighbour?.as], ['2001:db8:9::1', '2001:db8:9::2', 64600])
    assert.equal(linksOf(indices, { eth1: addressesOf('2001:db8:9::/127') }, [])[0]?.remote, '2001:db8:9::1')
  })

  test('with IPv4 addresses and a session over IPv6 have that neighbour', () => {
    const both = { eth1: addressesOf('10.9.0.1/30', '2001:db8:9::1/64') }
    const [link] = linksOf(indices, both, [neighbour('2001:db8:9::2')])
    assert.deepEqual([link?.remote, link?.neighbour?.as], ['10.9.0.2', 64600])
  })

  test('with a session over link-local addresses are the interface that the router names', () => {
    const links = linksOf(indices, { eth1: linkLocal, eth2: linkLocal }, [
      neighbour('fe80::2', { name: 'eth2', interfaceName: 'eth2' }),
      neighbour('fe80::9'),
    ])
    assert.deepEqual(
      links.map(({ name, remote, sessions }) => [name, remote, sessions]),
      [['eth2', 'fe80::2%eth2', ['eth2']]],
    )
  })

  test('that no neighbour has been met on are none, and disturb no other', () => {
    const links = linksOf(indices, { eth1: linkLocal, eth2: addressesOf('10.9.0.0/31') }, [
      neighbour('none', { name: 'eth1', interfaceName: 'eth1' }),
      neighbour(''),
    ])
    assert.deepEqual(
      links.map(({ name }) => name),
      ['eth2'],
    )
  })
})
