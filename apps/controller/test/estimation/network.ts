/** Two edges, a site at each, and a neighbour at both. @module */
import { configSchema } from '@vagus/api'

export const config = configSchema.parse({
  devices: [
    {
      name: 'pe-1',
      role: 'edge',
      address: '192.0.2.1',
      interfaces: [
        { name: 'eth1', index: 1 },
        { name: 'eth2', index: 2, site: 'transit' },
        { name: 'eth3', index: 3, site: 'office' },
      ],
    },
    {
      name: 'pe-2',
      role: 'edge',
      address: '192.0.2.2',
      interfaces: [
        { name: 'eth1', index: 1 },
        { name: 'eth2', index: 2, site: 'transit' },
        { name: 'eth3', index: 3, site: 'plant' },
      ],
    },
  ],
  sites: [
    { name: 'office', prefixes: ['10.1.0.0/16'] },
    { name: 'infrastructure', kind: 'infrastructure', prefixes: ['10.255.0.0/16'] },
    { name: 'plant', prefixes: ['10.2.0.0/16'] },
    { name: 'transit', kind: 'neighbour', prefixes: ['0.0.0.0/0'] },
  ],
  links: [
    {
      name: 'pe-1-pe-2',
      a: { node: 'pe-1', interface: 'eth1' },
      z: { node: 'pe-2', interface: 'eth1' },
      capacity: 1e8,
      metric: 5,
    },
    { name: 'transit-1', a: { node: 'pe-1', interface: 'eth2' }, z: { node: 'transit' }, capacity: 1e8 },
    { name: 'transit-2', a: { node: 'pe-2', interface: 'eth2' }, z: { node: 'transit' }, capacity: 1e8 },
    { name: 'office', a: { node: 'pe-1', interface: 'eth3' }, z: { node: 'office' }, capacity: 1e8 },
  ],
})
