import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { controllerConfig } from '../src/controller-config.ts'
import { networkOf } from '../src/topology/network.ts'
import { readTopology } from '../src/topology/read.ts'
import { trafficPlan } from '../src/traffic-plan.ts'

const network = networkOf(readTopology('metro'))
const plan = trafficPlan(network, {})
const spec = { name: 'metro', folder: '/lab', substrate: 'frr-userns', network, steering: {} } as const
const config = configSchema.parse(controllerConfig(spec, plan.applications, {}))

describe('the vagus.yaml of metro', () => {
  test('names every router of ours and nobody else as a device', () => {
    assert.deepEqual(
      config.devices.map(({ name, role }) => `${name} ${role}`),
      ['pe-1 edge', 'pe-2 edge', 'pe-3 edge', 'pe-4 edge', 'p-1 core', 'p-2 core'],
    )
  })

  test('marks the interfaces behind which a site or the neighbour is', () => {
    const boundaries = config.devices.flatMap(({ name, interfaces }) =>
      interfaces.flatMap(({ site }) => (site === undefined ? [] : [`${name} ${site}`])),
    )
    assert.deepEqual(boundaries, [
      'pe-1 transit',
      'pe-1 office',
      'pe-2 transit',
      'pe-2 factory',
      'pe-3 dc-east',
      'pe-3 field',
      'pe-4 transit',
      'pe-4 dc-west',
    ])
  })

  test('names links by our interfaces, and leaves out those that touch no router of ours', () => {
    assert.equal(config.links.length, 9 + 3 + 5)
    const ends = new Set(config.devices.map(({ name }) => name).concat(config.sites.map(({ name }) => name)))
    for (const { a, z } of config.links) {
      for (const { node, interface: at } of [a, z]) {
        assert.ok(ends.has(node), node)
        const device = config.devices.find(({ name }) => name === node)
        assert.equal(at === undefined, device === undefined)
        if (device !== undefined) assert.ok(device.interfaces.some(({ name }) => name === at))
      }
    }
  })

  test('knows the applications of the traffic, and the sessions of its agents as one', () => {
    assert.deepEqual(
      config.applications.map(({ name }) => name),
      [...plan.applications.map(({ name }) => name), 'agents'],
    )
  })
})

describe('the vagus.yaml of a lab whose agents negotiate', () => {
  const id = (letter: string): string => `did:key:z6Mk${letter.repeat(44)}`
  const ids = { controller: id('C'), devices: new Map([['pe-2', id('D')]]) }
  const bounds = { proven: 0, lease: '2m' }
  const negotiating = configSchema.parse(
    controllerConfig({ ...spec, steering: { act: 'by-itself', bounds } }, plan.applications, { ids }),
  )

  test('has an agent of the controller where routers reach it, and the id of each agent beside one', () => {
    assert.deepEqual(negotiating.agent, {
      name: 'controller',
      listen: ['udp://10.255.0.1:7602', 'tcp://10.255.0.1:7602'],
    })
    assert.deepEqual(
      negotiating.devices.flatMap(({ name, id: own }) => (own === undefined ? [] : [[name, own]])),
      [['pe-2', id('D')]],
    )
    assert.deepEqual([config.agent, config.devices[0]!.id], [undefined, undefined])
  })

  test('is a member of the fleet of its agents, at the first site, and lets them order lines', () => {
    const owner = id('E')
    const { fleet, lines, access } = configSchema.parse(controllerConfig(spec, plan.applications, { ids, owner }))
    assert.deepEqual(fleet, {
      owner: 'operator',
      name: 'network',
      listen: ['udp://10.16.255.1:7603', 'tcp://10.16.255.1:7603'],
    })
    assert.deepEqual([access.owners, lines?.agents?.sites], [[{ name: 'operator', id: owner }], 'own'])
    assert.deepEqual([negotiating.fleet, negotiating.lines?.agents], [undefined, undefined])
  })

  test('offers private lines through routers with an agent, each with a number of its own', () => {
    assert.equal(negotiating.lines?.block, 'fd00:c::/32')
    assert.deepEqual(
      negotiating.devices.map(({ node }) => node),
      [undefined, 2, undefined, undefined, undefined, undefined],
    )
    assert.equal(config.lines, undefined)
  })

  test('steers as it is told, at the pace of a lab', () => {
    const { every, horizon, act, bounds: own } = negotiating.steering
    assert.deepEqual([every, horizon, act, own.proven, own.lease], ['10s', '1m', 'by-itself', 0, '2m'])
    assert.deepEqual([config.steering.act, config.steering.every], ['on-approval', '10s'])
  })
})

test('the traffic plan of metro fits every access and every parallel link', () => {
  const total = new Map<string, number>()
  for (const { from, bitsPerSecond } of plan.demands) {
    total.set(from, (total.get(from) ?? 0) + Math.max(...bitsPerSecond))
  }
  assert.equal(plan.demands.length, 6 * 5)
  for (const [site, rate] of total) assert.ok(rate > 0 && rate < 100e6, `${site} sends ${rate}`)
  assert.ok(total.get('transit')! < 20e6, 'the smallest parallel link must carry the whole neighbour')
})
