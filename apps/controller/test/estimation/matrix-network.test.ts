import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { matrixNetworkOf, maxEstimatedSites, type MatrixNetwork } from '../../src/estimation/matrix-network.ts'
import { config } from './network.ts'

/** Part of the traffic between two sites that an arc carries. */
function partOn({ sites, arcs }: MatrixNetwork, arc: string, from: string, to: string): number {
  const { cells, parts } = arcs.find(({ name }) => name === arc)!
  return parts[cells.indexOf(sites.indexOf(from) * sites.length + sites.indexOf(to))] ?? 0
}

describe('the network of an estimate', () => {
  const network = matrixNetworkOf(config)!

  test('has sites and neighbours, but no infrastructure', () => {
    assert.deepEqual(network.sites, ['office', 'plant', 'transit'])
  })

  test('sends traffic over the links by their metric, and over none that leads through a site', () => {
    assert.equal(partOn(network, 'pe-1-pe-2 a-z', 'office', 'plant'), 1)
    assert.equal(partOn(network, 'transit-1 a-z', 'office', 'plant'), 0)
    assert.equal(partOn(network, 'transit-1 a-z', 'office', 'transit'), 1)
    assert.equal(partOn(network, 'transit-2 a-z', 'office', 'transit'), 0)
  })

  test('takes a boundary interface without a link for one', () => {
    assert.equal(partOn(network, 'pe-2 eth3 a-z', 'plant', 'office'), 1)
    assert.deepEqual(network.arcs.find(({ name }) => name === 'pe-2 eth3 a-z')!.eyes, [
      { device: 'pe-2', ifIndex: 3, direction: 'in' },
    ])
  })

  test('asks the receiving end of a link first, and knows what passes a device', () => {
    assert.deepEqual(network.arcs.find(({ name }) => name === 'pe-1-pe-2 a-z')!.eyes, [
      { device: 'pe-2', ifIndex: 1, direction: 'in' },
      { device: 'pe-1', ifIndex: 1, direction: 'out' },
    ])
    const through = network.through.get('pe-2')!
    // office → plant, plant → all, transit → plant by its own link
    assert.deepEqual(through.cells.toSorted(), Int32Array.of(1, 3, 5, 7))
    assert.ok(through.parts.every((part) => part === 1))
  })

  test('is none with one site, or with too many', () => {
    assert.equal(matrixNetworkOf(configSchema.parse({ sites: [{ name: 'a', prefixes: ['10.0.0.0/8'] }] })), undefined)
    const sites = Array.from({ length: maxEstimatedSites + 1 }, (_, at) => {
      return { name: `s${at}`, prefixes: [`10.${at >> 8}.${at & 255}.0/24`] }
    })
    assert.equal(matrixNetworkOf(configSchema.parse({ sites })), undefined)
    assert.equal(matrixNetworkOf(configSchema.parse({ sites: sites.slice(1) }))?.sites.length, maxEstimatedSites)
  })
})
