import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Link } from '@vagus/api'
import { lineNetworkOf, type NetworkView } from '../../src/lines/line-network.ts'
import { diamond, ids } from './diamond.ts'

const config = diamond()
const networkWith = (parts: Partial<NetworkView> = {}) =>
  lineNetworkOf({
    config,
    lines: config.lines!,
    linkState: () => 'up',
    measured: new Map(),
    absence: () => undefined,
    ...parts,
  })

describe('the network of lines', () => {
  test('has the devices with a node, the links between them, and where sites of ours are', () => {
    const { block, share, nodes, links, attachments } = networkWith()
    assert.deepEqual([block, share], ['fd00:c::/32', 0.9])
    assert.deepEqual(
      nodes,
      [1, 2, 3, 4].map((number) => ({ name: `r${number}`, number })),
    )
    assert.deepEqual(
      links.map(({ name }) => name),
      ['r1-r2', 'r2-r4', 'r1-r3', 'r3-r4'],
    )
    assert.deepEqual(attachments, [
      {
        site: 'dc-east',
        node: 'r1',
        interface: 'eth0',
        bitsPerSecond: 1e9,
        prefixes: ['10.1.0.0/16', '2001:db8:1::/48'],
      },
      {
        site: 'dc-west',
        node: 'r4',
        interface: 'eth0',
        bitsPerSecond: Infinity,
        prefixes: ['10.2.0.0/16', '2001:db8:2::/48'],
      },
    ])
  })

  test('says why a node takes no lines, and which links are down; of which nobody tells, they are up', () => {
    const { nodes, links } = networkWith({
      absence: (id) => (id === ids[1] ? 'its agent is not connected' : undefined),
      linkState: (link) => (link === 'r1-r3' ? 'down' : 'unknown'),
    })
    assert.deepEqual(
      nodes.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem]])),
      [['r2', 'its agent is not connected']],
    )
    assert.deepEqual(
      links.map(({ isUp }) => isUp),
      [true, true, false, true],
    )
  })

  test('has the delay that an agent measured, and a capacity only where that is less than what was written down', () => {
    const told = (capacity: number, delayMicroseconds: number | null): Link['measured'] => ({
      by: 'r1',
      capacity,
      aToZ: 0,
      zToA: 0,
      congested: 'no',
      delayMicroseconds,
      ageSeconds: 1,
    })
    const measured = new Map([
      ['r1-r2', told(20e6, 1500)],
      ['r2-r4', told(10e9, null)],
      ['r1-r3', told(0, null)],
    ])
    const { links } = networkWith({ measured })
    assert.deepEqual(
      links.map(({ bitsPerSecond, delayMs }) => [bitsPerSecond, delayMs]),
      [
        [20e6, 1.5],
        [100e6, undefined],
        [100e6, undefined],
        [100e6, undefined],
      ],
    )
  })

  test('has neither a link with an end that has no name, nor one to a device without a node', () => {
    const links = config.links.map((link) => (link.name === 'r1-r2' ? { ...link, z: { node: 'r2' } } : link))
    const devices = config.devices.map((device) => (device.name === 'r3' ? { ...device, node: undefined } : device))
    assert.deepEqual(
      networkWith({ config: { ...config, links, devices } }).links.map(({ name }) => name),
      ['r2-r4'],
    )
  })
})
