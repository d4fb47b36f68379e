/** The agents of a site on the map: a mark with their number at its box, their names in the words of the site. */
import type { Agent } from '@vagus/api'
import type { PlacedNode, Placement } from '../map/placement.ts'

/** 2 agents: planner, reader */
export const agentsText = (agents: readonly Agent[]): string =>
  `${agents.length} ${agents.length === 1 ? 'agent' : 'agents'}: ${agents.map(({ name }) => name).join(', ')}`

interface Props {
  readonly node: PlacedNode
  readonly agents: readonly Agent[]
  /** Our own network: the mark is at a corner away from it, where no link leaves. */
  readonly plate: Placement['plate']
}

const halfHeight = 8
/** How far the mark reaches beyond the side of its box. */
const beyond = 6

export function AgentsMark({ node, agents, plate }: Props) {
  const halfWidth = 11 + String(agents.length).length * 3.5
  const below = node.ports === 'upright' && node.y > plate.y
  const left = node.ports === 'sideways' && node.x < plate.x
  const x = node.x + (left ? -1 : 1) * (node.halfWidth + beyond - halfWidth)
  const y = node.y + (below ? 1 : -1) * node.halfHeight
  return (
    <g class="agents-mark" transform={`translate(${x},${y})`} aria-hidden="true">
      <rect x={-halfWidth} y={-halfHeight} width={halfWidth * 2} height={halfHeight * 2} rx={halfHeight} />
      <g transform={`translate(${6.5 - halfWidth},0)`}>
        <circle cx="3" cy="-2.4" r="2.2" />
        <path d="M-0.6 4a3.6 3.6 0 0 1 7.2 0z" />
      </g>
      <text x={16 - halfWidth} y="4">
        {agents.length}
      </text>
    </g>
  )
}
