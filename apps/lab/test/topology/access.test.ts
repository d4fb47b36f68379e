import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contains, parseAddress, parsePrefix } from '@vagus/address'
import { stringify } from 'yaml'
import { membersOf, networkOf } from '../../src/topology/network.ts'
import { readTopology, topologyOf } from '../../src/topology/read.ts'

const site = { as: 64701, prefixes: ['10.16.0.0/20', '2001:db8:16::/48'] }
const withAgents = (agents: unknown, office: unknown = site): string =>
  stringify({
    name: 'one',
    as: 64512,
    routers: { 'pe-1': { role: 'edge' } },
    sites: { office },
    neighbours: {},
    links: [{ between: ['pe-1', 'office'], capacity: '1G' }],
    agents,
  })
const networksOf = (text: string) => networkOf(topologyOf(text, 'file.yaml')).agents.flatMap(({ networks }) => networks)

test('a stranger has networks, and is no member; whoever is not called one is', () => {
  const networks = { wired: { at: 'office' } }
  const network = networkOf(
    topologyOf(withAgents({ reader: { networks }, mallory: { networks, fleet: 'stranger' } }), 'f'),
  )
  assert.deepEqual(
    network.agents.map(({ name, fleet }) => [name, fleet]),
    [
      ['reader', 'member'],
      ['mallory', 'stranger'],
    ],
  )
  assert.deepEqual(
    membersOf(network).map(({ name }) => name),
    ['reader'],
  )
  assert.throws(() => topologyOf(withAgents({ reader: { networks, fleet: 'friend' } }), 'f'), /agents\.reader\.fleet/)
})

describe('the access networks of agents', () => {
  test('have addresses of the site that they join, each once, both ends in one /31 and one /127', () => {
    const { agents, sites } = networkOf(readTopology('roam'))
    const accesses = agents.flatMap(({ networks }) => networks)
    const all = accesses.flatMap(({ agent, gateway }) => [agent.v4, agent.v6, gateway.v4, gateway.v6])
    assert.equal(new Set(all).size, all.length)
    for (const { site, agent, gateway } of accesses) {
      const hosts = sites.find(({ name }) => name === site)!.hosts.map(parsePrefix)
      for (const address of [agent.v4, agent.v6])
        assert.ok(hosts.some((prefix) => contains(prefix, parseAddress(address))))
      assert.ok(contains(parsePrefix(`${gateway.v4}/31`), parseAddress(agent.v4)))
      assert.ok(contains(parsePrefix(`${gateway.v6}/127`), parseAddress(agent.v6)))
    }
  })

  test('take the last addresses of a prefix, which traffic of the site uses last', () => {
    const [access] = networksOf(withAgents({ reader: { networks: { wifi: { at: 'office' } } } }))
    assert.deepEqual(access!.agent, { v4: '10.16.15.3', v6: '2001:db8:16::acce:3' })
  })

  test('have what is usual for their name, or for the kind they say, key by key', () => {
    const networks = {
      lte: { at: 'office' },
      hotspot: { at: 'office', profile: 'wifi', delay: 10, loss: 0.01, rate: '5M' },
    }
    const [lte, hotspot] = networksOf(withAgents({ reader: { networks } }))
    assert.equal(lte!.profile.trace, 'ATT-LTE-driving-2016')
    assert.deepEqual(hotspot!.profile, {
      delay: { mean: 10, jitter: 2, shape: 'lognormal' },
      loss: { kind: 'bernoulli', share: 0.01 },
      rate: { up: 5e6, down: 5e6 },
      queue: 50,
    })
  })

  test('have another rate each way and another shape of jitter where the topology says so', () => {
    const asymmetric = { at: 'office', profile: 'wired', delay: 50, jitter: 30, shape: 'pareto' }
    const networks = { dsl: { ...asymmetric, rate: { up: '5M', down: '50M' }, queue: 80 } }
    assert.deepEqual(networksOf(withAgents({ reader: { networks } }))[0]!.profile, {
      delay: { mean: 50, jitter: 30, shape: 'pareto' },
      loss: { kind: 'bernoulli', share: 0 },
      rate: { up: 5e6, down: 50e6 },
      queue: 80,
    })
  })

  test('with a rate of their own leave the trace of their kind', () => {
    const [lte] = networksOf(withAgents({ reader: { networks: { lte: { at: 'office', rate: '1M' } } } }))
    assert.equal(lte!.profile.trace, undefined)
  })

  const rejects: readonly { name: string; text: string; says: RegExp }[] = [
    {
      name: 'a site that is not there',
      text: withAgents({ reader: { networks: { wifi: { at: 'home' } } } }),
      says: /agents\.reader\.networks\.wifi\.at: "home" is no site; there are office/,
    },
    {
      name: 'a name that is no profile and none said',
      text: withAgents({ reader: { networks: { hotspot: { at: 'office' } } } }),
      says: /networks\.hotspot: say its profile, one of wired, wifi, 5g, lte, leo, geo; "hotspot" is none/,
    },
    {
      name: 'an agent without a network',
      text: withAgents({ reader: { networks: {} } }),
      says: /agents\.reader\.networks: must name a network/,
    },
    {
      name: 'an agent with the name of a node',
      text: withAgents({ office: { networks: { wifi: { at: 'office' } } } }),
      says: /node "office" is named twice; every router, site and agent needs its own name/,
    },
    {
      name: 'a site without room for addresses',
      text: withAgents({ reader: { networks: { wifi: { at: 'office' } } } }, { ...site, prefixes: ['10.16.0.0/28'] }),
      says: /site office needs a prefix of \/24 or more and one of \/112 or more/,
    },
    {
      name: 'the loopback as a network',
      text: withAgents({ reader: { networks: { lo: { at: 'office' } } } }),
      says: /must be 1..12 of a-z, 0-9 and "-", and not "lo"/,
    },
    {
      name: 'a loss that is none',
      text: withAgents({ reader: { networks: { wifi: { at: 'office', loss: '1%' } } } }),
      says: /networks\.wifi\.loss: must be a share such as 0.01/,
    },
    ...['5X', 5, { up: '5M' }, { up: '5M', down: '50Mbit' }, null].map((rate) => ({
      name: `a rate that is none: ${JSON.stringify(rate)}`,
      text: withAgents({ reader: { networks: { wifi: { at: 'office', rate } } } }),
      says: /networks\.wifi\.rate: must be 100k\.\.100G bits per second both ways, such as 5M, or \{ up: 5M, down: 50M \}$/,
    })),
    {
      name: 'the usual jitter around a delay for which it is too much',
      text: withAgents({ reader: { networks: { leo: { at: 'office', delay: 10 } } } }),
      says: /networks\.leo\.jitter: 33 ms is too much around a delay of 10 ms; say 0..9.5$/,
    },
  ]
  for (const { name, text, says } of rejects) {
    test(`refuse ${name}`, () => assert.throws(() => topologyOf(text, 'file.yaml'), { message: says }))
  }
})
