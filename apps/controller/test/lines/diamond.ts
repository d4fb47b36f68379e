/** Four routers in a diamond, a site at each end: the shortest network with two disjoint paths. */
import { configSchema } from '@vagus/api'

export const ids = [1, 2, 3, 4].map((digit) => `did:key:z6Mk${String(digit).repeat(44)}`)

/** dc-east – r1 – (r2 | r3) – r4 – dc-west, each link with a capacity of 100 Mbit/s. */
export const diamond = (agents: readonly string[] = ids) =>
  configSchema.parse({
    agent: { listen: ['udp://127.0.0.1:0'] },
    lines: { block: 'fd00:c::/32' },
    devices: agents.map((id, at) => ({
      name: `r${at + 1}`,
      role: at === 1 || at === 2 ? 'core' : 'edge',
      address: `192.0.2.${at + 1}`,
      id,
      node: at + 1,
      interfaces: [
        { name: 'eth1', index: 2 },
        { name: 'eth2', index: 3 },
        ...(at === 0 ? [{ name: 'eth0', index: 1, site: 'dc-east' }] : []),
        ...(at === 3 ? [{ name: 'eth0', index: 1, site: 'dc-west' }] : []),
      ],
    })),
    sites: [
      { name: 'dc-east', prefixes: ['10.1.0.0/16', '2001:db8:1::/48'] },
      { name: 'dc-west', prefixes: ['10.2.0.0/16', '2001:db8:2::/48'] },
      { name: 'internet', kind: 'neighbour', prefixes: ['0.0.0.0/0', '::/0'] },
    ],
    links: [
      core('r1-r2', 'r1', 'eth1', 'r2', 'eth1'),
      core('r2-r4', 'r2', 'eth2', 'r4', 'eth1'),
      core('r1-r3', 'r1', 'eth2', 'r3', 'eth1'),
      core('r3-r4', 'r3', 'eth2', 'r4', 'eth2'),
      { name: 'east', capacity: 1e9, a: { node: 'r1', interface: 'eth0' }, z: { node: 'dc-east' } },
    ],
  })

export const core = (name: string, a: string, atA: string, z: string, atZ: string) => ({
  name,
  capacity: 100e6,
  a: { node: a, interface: atA },
  z: { node: z, interface: atZ },
})
