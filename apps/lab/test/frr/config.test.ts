import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { bgpConfig } from '../../src/frr/bgp.ts'
import { daemonsOf } from '../../src/frr/daemons.ts'
import { ospf6Config, ospfConfig } from '../../src/frr/ospf.ts'
import { peersOf } from '../../src/frr/peers.ts'
import { networkOf, type Node } from '../../src/topology/network.ts'
import { readTopology, topologyOf } from '../../src/topology/read.ts'

const metro = networkOf(readTopology('metro'))
const small = networkOf(readTopology('small'))
const node = (network: typeof metro, name: string): Node => network.nodes.find((node) => node.name === name)!

describe('BGP sessions', () => {
  test('are the same seen from both ends, over the same addresses', () => {
    for (const here of metro.nodes) {
      for (const peer of peersOf(metro, here)) {
        const back = peersOf(metro, node(metro, peer.node)).filter(({ node: name }) => name === here.name)
        assert.equal(back.length, 1, `${here.name} - ${peer.node}`)
        const addresses = [here.loopback, ...here.interfaces.map(({ addresses }) => addresses)]
        assert.ok(addresses.some(({ v4, v6 }) => v4 === back[0]!.v4 && v6 === back[0]!.v6))
        assert.equal(back[0]!.as, here.as)
      }
    }
  })

  test('inside an AS with reflectors go to reflectors only, and reflectors know their clients (RFC 4456)', () => {
    const inside = (name: string): string[] =>
      peersOf(metro, node(metro, name))
        .filter(({ type }) => type !== 'external')
        .map(({ node, type }) => `${type} ${node}`)
    assert.deepEqual(inside('pe-1'), ['internal p-1', 'internal p-2'])
    assert.deepEqual(inside('p-1'), ['client pe-1', 'client pe-2', 'client pe-3', 'client pe-4', 'internal p-2'])
  })

  test('inside an AS without reflectors are a full mesh', () => {
    const inside = peersOf(metro, node(metro, 'tr-1')).filter(({ type }) => type === 'internal')
    assert.deepEqual(
      inside.map(({ node }) => node),
      ['tr-2', 'tr-3'],
    )
  })
})

describe('bgpd.conf', () => {
  const edge = bgpConfig(small, node(small, 'pe-1')).split('\n')

  test('believes a customer exactly its own prefixes', () => {
    const believed = edge.filter((line) => line.includes('prefix-list office seq'))
    assert.deepEqual(believed, [
      'ip prefix-list office seq 5 permit 10.16.0.0/16',
      'ipv6 prefix-list office seq 10 permit 2001:db8:16::/48',
    ])
    assert.ok(edge.includes('  neighbor 10.1.0.9 route-map from-office in'))
  })

  test('tells a neighbour AS the prefixes of our customers only, with a MED', () => {
    const at = edge.indexOf('route-map to-transit permit 10')
    assert.deepEqual(edge.slice(at, at + 8), [
      'route-map to-transit permit 10',
      ' match ip address prefix-list ALL-CUSTOMERS',
      ' set metric 100',
      ' call VAGUS-eth2', // the traffic classes of the agent beside it
      'route-map to-transit permit 20',
      ' match ipv6 address prefix-list ALL-CUSTOMERS',
      ' set metric 100',
      ' call VAGUS-eth2',
    ])
    const told = edge
      .filter((line) => line.includes('prefix-list ALL-CUSTOMERS seq'))
      .map((line) => line.split(' ').at(-1))
    assert.deepEqual(told, ['10.16.0.0/16', '2001:db8:16::/48', '10.18.0.0/16', '2001:db8:18::/48'])
  })

  test('believes a site its own prefixes only, also one that is called customers', () => {
    const text = readFileSync(resolve(import.meta.dirname, '../../topologies/small.yaml'), 'utf8')
    const network = networkOf(topologyOf(text.replaceAll(/\boffice\b/g, 'customers'), 'test'))
    const told = bgpConfig(network, node(network, 'pe-1')).split('\n')
    const list = (name: string): readonly string[] =>
      told.filter((line) => line.includes(`prefix-list ${name} seq`)).map((line) => line.split(' ').at(-1)!)
    assert.ok(told.includes('route-map from-customers permit 10'))
    assert.deepEqual(list('customers'), ['10.16.0.0/16', '2001:db8:16::/48'])
    assert.equal(list('ALL-CUSTOMERS').length, 4)
  })

  test('carries each IP version over its own sessions', () => {
    const family = (name: string): string[] => {
      const at = edge.indexOf(` address-family ${name} unicast`)
      const lines = edge.slice(at, edge.indexOf(' exit-address-family', at))
      return lines.filter((line) => line.endsWith('activate')).map((line) => line.split(' ')[3]!)
    }
    assert.deepEqual(family('ipv4'), ['10.0.0.2', '10.1.0.5', '10.1.0.9'])
    assert.deepEqual(family('ipv6'), ['2001:db8::2', '2001:db8:1:2::1', '2001:db8:1:4::1'])
  })

  test('lets a site announce its prefixes, and our own routers none', () => {
    const networks = (name: string): string[] =>
      bgpConfig(small, node(small, name))
        .split('\n')
        .filter((line) => line.startsWith('  network '))
    assert.deepEqual(networks('office'), ['  network 10.16.0.0/16', '  network 2001:db8:16::/48'])
    assert.deepEqual(networks('tr-1'), [
      '  network 0.0.0.0/0',
      '  network 198.18.0.0/15',
      '  network ::/0',
      '  network 2001:db8:f000::/36',
    ])
    assert.deepEqual(networks('pe-1'), [])
  })

  test('has a policy on every external session, so that RFC 8212 needs no exception', () => {
    for (const here of metro.nodes) {
      const text = bgpConfig(metro, here)
      for (const { v4, v6, type } of peersOf(metro, here)) {
        if (type !== 'external') continue
        for (const direction of ['in', 'out']) {
          assert.match(text, new RegExp(`neighbor ${v4.replaceAll('.', '\\.')} route-map [\\w-]+ ${direction}\n`))
          assert.match(text, new RegExp(`neighbor ${v6} route-map [\\w-]+ ${direction}\n`))
        }
      }
      for (const [, name] of text.matchAll(/ route-map ([\w-]+) (?:in|out)\n/g)) {
        assert.ok(text.includes(`route-map ${name} permit`), `${here.name} lacks route-map ${name}`)
      }
    }
  })
})

describe('OSPF', () => {
  test('runs on links inside an AS and never across its boundary', () => {
    for (const here of metro.nodes) {
      const inside = here.interfaces.filter(({ peer }) => peer.as === here.as).map(({ name }) => name)
      for (const config of [ospfConfig(here), ospf6Config(here)]) {
        const named = [...(config ?? '').matchAll(/^interface (eth\d+)$/gm)].map(([, name]) => name)
        assert.deepEqual(named, inside)
      }
    }
  })

  test('is not started where a node is alone in its AS', () => {
    assert.deepEqual(
      daemonsOf(metro, node(metro, 'office')).map(({ name }) => name),
      ['zebra', 'bgpd'],
    )
    assert.deepEqual(
      daemonsOf(metro, node(metro, 'pe-1')).map(({ name }) => name),
      ['zebra', 'bgpd', 'ospfd', 'ospf6d'],
    )
  })
})
