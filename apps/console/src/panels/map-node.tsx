/** A node on the map: an edge router as a square, a core router as a circle, a site or neighbour as a box with its traffic. */
import type { Agent, Device, Link } from '@vagus/api'
import { formatRate } from '../figures/format.ts'
import type { Label } from '../map/labels.ts'
import { charactersIn, halfLine, shortened } from '../map/labels.ts'
import type { PlacedNode } from '../map/placement.ts'
import type { RoutedLink } from '../map/routing.ts'
import { hrefOf } from '../state/route.ts'
import { agentsText } from './map-agents.tsx'
import type { ItemProps } from './map-link.tsx'

interface Props extends ItemProps {
  readonly node: PlacedNode
  readonly device: Device | undefined
  /** Those at this site. */
  readonly agents: readonly Agent[]
  readonly links: readonly RoutedLink[]
  readonly loads: ReadonlyMap<string, Link>
}

export interface NodeTraffic {
  /** Bits per second; null when no link of it is known. */
  readonly out: number | null
  readonly in: number | null
}

/** Sums over the links of a node, sent and received. */
export function trafficOf(name: string, links: readonly RoutedLink[], loads: ReadonlyMap<string, Link>): NodeTraffic {
  let sent: number | null = null
  let got: number | null = null
  for (const link of links) {
    const load = loads.get(link.name)
    if (load === undefined || (link.a !== name && link.z !== name)) continue
    const [away, back] = link.a === name ? [load.aToZ, load.zToA] : [load.zToA, load.aToZ]
    if (away.bitsPerSecond !== null) sent = (sent ?? 0) + away.bitsPerSecond
    if (back.bitsPerSecond !== null) got = (got ?? 0) + back.bitsPerSecond
  }
  return { out: sent, in: got }
}

const kindWords = { edge: 'Edge router', core: 'Core router', site: 'Site', neighbour: 'Neighbour' } as const

export function sentenceOfNode(
  { name, kind, as }: PlacedNode,
  device: Device | undefined,
  traffic: NodeTraffic,
  agents: readonly Agent[],
): string {
  const who = `${kindWords[kind]} ${name}${as === null ? '' : `, AS ${as}`}`
  const state = device === undefined ? '' : `, ${device.state === 'never' ? 'never exported' : device.state}`
  const traffics = `sends ${formatRate(traffic.out)}, gets ${formatRate(traffic.in)}`
  return `${who}${state}: ${traffics}${agents.length === 0 ? '' : ` · ${agentsText(agents)}`}`
}

export function MapNode({ node, device, agents, links, loads, itemKey, tabIndex, onShow }: Props) {
  const traffic = trafficOf(node.name, links, loads)
  const isBox = node.kind === 'site' || node.kind === 'neighbour'
  const trouble = device !== undefined && device.state !== 'exporting'
  return (
    <a
      class={`map-item map-node ${node.kind}${trouble ? ' trouble' : ''}`}
      href={isBox ? hrefOf({ page: 'traffic' }) : hrefOf({ page: 'devices', filter: node.name })}
      data-item={itemKey}
      tabindex={tabIndex}
      aria-label={sentenceOfNode(node, device, traffic, agents)}
      onFocus={onShow}
      onMouseEnter={onShow}
    >
      <title>{node.name}</title>
      <g transform={`translate(${node.x},${node.y})`}>
        {isBox ? <BoxShape node={node} /> : <RouterShape node={node} />}
      </g>
    </a>
  )
}

const BoxShape = ({ node: { halfWidth, halfHeight } }: { readonly node: PlacedNode }) => (
  <rect class="shape" x={-halfWidth} y={-halfHeight} width={halfWidth * 2} height={halfHeight * 2} rx="9" />
)

/** Text in a box: name and traffic. The node's own label says the same to screen readers. */
export function BoxLabel({ node, traffic }: { readonly node: PlacedNode; readonly traffic: NodeTraffic }) {
  const aside = node.as === null ? '' : ` AS ${node.as}`
  const most = charactersIn(2 * node.halfWidth - 8) - aside.length
  return (
    <g class="box-label" text-anchor="middle" aria-hidden="true">
      <text class="name" x={node.x} y={node.y - 4}>
        {shortened(node.name, most)}
        {aside !== '' && <tspan class="aside">{aside}</tspan>}
      </text>
      <text class="aside" x={node.x} y={node.y + 12}>
        ↑ {formatRate(traffic.out)} ↓ {formatRate(traffic.in)}
      </text>
    </g>
  )
}

const RouterShape = ({ node }: { readonly node: PlacedNode }) =>
  node.kind === 'core' ? (
    <circle class="shape" r={node.halfWidth} />
  ) : (
    <rect class="shape" x="-12" y="-12" width="24" height="24" rx="7" />
  )

/** Text at a router: its name, and a problem, if any, below it to keep the label narrow. */
export const labelOf = (node: PlacedNode, device: Device | undefined): readonly string[] =>
  device === undefined || device.state === 'exporting'
    ? [shortened(node.name)]
    : [shortened(node.name), device.state === 'never' ? 'no export' : device.state]

export const RouterLabel = ({ label: { x, y, lines } }: { readonly label: Label }) => (
  <text class="name halo" text-anchor="middle" aria-hidden="true">
    {lines.map((line, index) => (
      <tspan
        key={index}
        class={index === 0 ? undefined : 'word'}
        x={x}
        y={y + 4 + (2 * index - lines.length + 1) * halfLine}
      >
        {line}
      </tspan>
    ))}
  </text>
)
