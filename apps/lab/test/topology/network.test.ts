import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import { infrastructure, linkAddresses, loopbackOf, managementOf } from '../../src/topology/addresses.ts'
import { networkOf, ownRouters } from '../../src/topology/network.ts'
import { readTopology, topologyOf } from '../../src/topology/read.ts'

const metro = networkOf(readTopology('metro'))

describe('the address plan', () => {
  test('gives no address twice, and none outside the ranges that it keeps from sites', () => {
    const kept = infrastructure.map(parsePrefix)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 400 }), (nodes, links) => {
        const all = [
          ...Array.from({ length: nodes }, (_, at) => [loopbackOf(at + 1), managementOf(at + 1)]).flat(),
          ...Array.from({ length: links }, (_, at) => linkAddresses(at + 1)).flat(),
        ].flatMap(({ v4, v6 }) => [v4, v6])
        assert.equal(new Set(all).size, all.length)
        for (const address of all) {
          assert.ok(
            kept.some((prefix) => contains(prefix, parseAddress(address))),
            address,
          )
        }
      }),
      { numRuns: 5 },
    )
  })

  test('puts both ends of a link into one /31 and one /127 (RFC 3021, RFC 6164)', () => {
    for (const number of [1, 127, 128, 400]) {
      const [a, z] = linkAddresses(number)
      assert.ok(contains(parsePrefix(`${a.v4}/31`), parseAddress(z.v4)))
      assert.ok(contains(parsePrefix(`${a.v6}/127`), parseAddress(z.v6)))
    }
  })
})

describe('the network of metro', () => {
  test('has four edges, two reflectors, five sites and a neighbour with three parallel links', () => {
    const own = ownRouters(metro)
    assert.equal(own.filter(({ kind }) => kind === 'edge').length, 4)
    assert.equal(own.filter(({ reflector }) => reflector).length, 2)
    assert.deepEqual(
      metro.sites.filter(({ kind }) => kind === 'site').map(({ name }) => name),
      ['office', 'factory', 'dc-east', 'dc-west', 'field'],
    )
    const parallel = own.flatMap(({ interfaces }) => interfaces.filter(({ site }) => site === 'transit'))
    assert.equal(parallel.length, 3)
    assert.equal(new Set(parallel.map(({ capacity }) => capacity)).size, 3)
  })

  test('has agents at three sites whose programs are there, one of them with two networks', () => {
    assert.deepEqual(
      metro.agents.map(
        ({ name, networks }) => `${name} ${networks.map(({ name, site }) => `${name}:${site}`).join(' ')}`,
      ),
      ['writer wired:dc-west', 'reader wifi:office 5g:field', 'clerk wired:factory'],
    )
    for (const { program } of metro.agents) assert.ok(existsSync(program![1]!), program![1])
  })

  test('numbers the interfaces of each node without a gap behind lo and eth0', () => {
    for (const { interfaces } of metro.nodes) {
      assert.deepEqual(
        interfaces.map(({ name, index }) => [name, index]),
        interfaces.map((_, at) => [`eth${at + 1}`, at + 3]),
      )
    }
  })

  test('marks a boundary on our side of it only', () => {
    for (const { a, z } of metro.links) {
      const sites = [a, z].map(({ interface: { site } }) => site)
      const foreign = [a, z].map(({ node }) => metro.nodes.find(({ name }) => name === node)!.site)
      if (foreign[0] === undefined) assert.equal(sites[0], foreign[1])
      else assert.equal(sites[0], undefined)
    }
  })
})

test('parallel links between the same nodes get different names', () => {
  const text = `
name: two
as: 64512
routers: { a: { role: edge }, b: { role: edge } }
sites: {}
neighbours: {}
links:
  - { between: [a, b], capacity: 1M }
  - { between: [a, b], capacity: 1M }
  - { between: [a, b], capacity: 1M, name: a-b-2 }
`
  const { links } = networkOf(topologyOf(text, 'two.yaml'))
  assert.deepEqual(
    links.map(({ name }) => name),
    ['a-b', 'a-b-3', 'a-b-2'],
  )
})
