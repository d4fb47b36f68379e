/** The network that lines are laid through: what vagus.yaml says, and how it is now. @module */
import type { Config, Link } from '@vagus/api'
import type { Attachment, CoreLink, LineNetwork, LineNode } from '@vagus/line'

export interface NetworkView {
  readonly config: Pick<Config, 'devices' | 'sites' | 'links'>
  readonly lines: NonNullable<Config['lines']>
  readonly linkState: (link: string) => 'up' | 'down' | 'unknown'
  /** As agents tell, by the link's name. */
  readonly measured: ReadonlyMap<string, Link['measured']>
  /** Why the agent of that id cannot be asked; undefined where it can. */
  readonly absence: (agent: string) => string | undefined
}

export function lineNetworkOf(view: NetworkView): LineNetwork {
  const { block, share } = view.lines
  return { block, share, nodes: nodesOf(view), links: linksOf(view), attachments: attachmentsOf(view) }
}

const nodesOf = ({ config, absence }: NetworkView): readonly LineNode[] =>
  config.devices.flatMap(({ name, node, id }) => {
    if (node === undefined || id === undefined) return []
    const problem = absence(id)
    return [{ name, number: node, ...(problem === undefined ? {} : { problem }) }]
  })

/** Those between two nodes. One of which nobody tells the state is up: its agents decline where it is not. */
function linksOf({ config, linkState, measured }: NetworkView): readonly CoreLink[] {
  const nodes = new Set(config.devices.filter(({ node }) => node !== undefined).map(({ name }) => name))
  return config.links.flatMap(({ name, a, z, capacity }) => {
    if (!nodes.has(a.node) || !nodes.has(z.node) || a.interface === undefined || z.interface === undefined) return []
    const told = measured.get(name)
    const delay = told?.delayMicroseconds ?? undefined
    return [
      {
        name,
        a: { node: a.node, interface: a.interface },
        z: { node: z.node, interface: z.interface },
        bitsPerSecond: smaller(capacity, told?.capacity),
        ...(delay === undefined ? {} : { delayMs: delay / 1000 }),
        isUp: linkState(name) !== 'down',
      },
    ]
  })
}

/** Where sites of ours are; a neighbour's network is not ours to guarantee anything in. */
function attachmentsOf({ config, measured }: NetworkView): readonly Attachment[] {
  const prefixesOf = new Map(config.sites.flatMap((one) => (one.kind === 'site' ? [[one.name, one.prefixes]] : [])))
  return config.devices.flatMap(({ name: node, node: number, interfaces }) =>
    interfaces.flatMap(({ name, site }) => {
      const prefixes = prefixesOf.get(site ?? '')
      if (number === undefined || site === undefined || prefixes === undefined) return []
      const link = config.links.find(({ a, z }) => [a, z].some((end) => end.node === node && end.interface === name))
      // Without a link of its own nobody knows how much it carries: then the core alone is the limit.
      const bitsPerSecond = link === undefined ? Infinity : smaller(link.capacity, measured.get(link.name)?.capacity)
      return [{ site, node, interface: name, bitsPerSecond, prefixes }]
    }),
  )
}

/** What the shaper or driver says is less than what was written down, or is not known: 0. */
const smaller = (configured: number, told: number | undefined): number =>
  told === undefined || told === 0 ? configured : Math.min(configured, told)
