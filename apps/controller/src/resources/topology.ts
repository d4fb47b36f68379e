/** Nodes and links as configured. @module */
import { apiVersion, type Topology } from '@vagus/api'
import { shownSites } from '../domain/sites.ts'
import type { View } from '../domain/view.ts'

export function topologyOf({ config }: View): Topology {
  return {
    apiVersion,
    kind: 'Topology',
    nodes: [
      ...config.devices.map(({ name, role }) => ({ name, kind: role, as: config.as ?? null })),
      ...shownSites(config).map((site) => ({ name: site.name, kind: site.kind, as: site.as ?? null })),
    ],
    links: config.links.map(({ name, a, z, capacity }) => ({ name, a: a.node, z: z.node, capacity })),
  }
}
