/** Two links to one neighbour, a site with one prefix of each version, and one with several. */
import type { ConfigInput } from '@vagus/api'

export const borderConfig = () =>
  ({
    as: 64_512,
    devices: ['pe-1', 'pe-2'].map((name, index) => ({
      name,
      role: 'edge' as const,
      address: `192.0.2.${index + 1}`,
      interfaces: [{ name: 'eth0', index: 2, site: 'transit' }],
    })),
    sites: [
      { name: 'office', prefixes: ['10.1.0.0/16', '2001:db8:1::/48'] },
      { name: 'factory', prefixes: ['10.2.0.0/16', '10.2.3.0/24', '10.9.0.0/16'] },
      { name: 'transit', kind: 'neighbour' as const, as: 64_999, prefixes: ['0.0.0.0/0', '::/0'] },
    ],
    links: [
      { name: 'tr-1', a: { node: 'pe-1', interface: 'eth0' }, z: { node: 'transit' }, capacity: 100_000_000 },
      { name: 'tr-2', a: { node: 'transit' }, z: { node: 'pe-2', interface: 'eth0' }, capacity: 100_000_000 },
    ],
  }) satisfies ConfigInput
