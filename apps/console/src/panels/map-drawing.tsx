/**
 * The drawing of the map. Each half of a link shows what leaves the node at its end: colour is utilisation, width is
 * capacity, and from 80 % on a badge says it in figures. One tab stop; arrow keys go from item to item.
 */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Agent, Device, Link } from '@vagus/api'
import { loadGrade } from '@vagus/api/thresholds'
import { formatShareTick } from '../figures/format.ts'
import type { BadgeWish } from '../map/badges.ts'
import { placeBadges } from '../map/badges.ts'
import type { Segment } from '../map/geometry.ts'
import { pointAt } from '../map/geometry.ts'
import { placeLabels } from '../map/labels.ts'
import type { MapLayout } from '../map/map-layout.ts'
import type { RoutedLink } from '../map/routing.ts'
import type { SessionLine } from '../map/session-lines.ts'
import { placeNotes } from '../map/session-lines.ts'
import { strokeOf } from '../map/stroke.ts'
import { AgentsMark } from './map-agents.tsx'
import { MapDetails } from './map-details.tsx'
import { MapBadge, MapLink } from './map-link.tsx'
import { BoxLabel, labelOf, MapNode, RouterLabel, trafficOf } from './map-node.tsx'
import { MapSession, MapSessionNote } from './map-session.tsx'

export interface MapProps {
  readonly layout: MapLayout
  readonly title: string
  readonly loads: ReadonlyMap<string, Link>
  readonly devices: ReadonlyMap<string, Device>
  /** By the site that they are at. */
  readonly agents: ReadonlyMap<string, readonly Agent[]>
  readonly sessions: readonly SessionLine[]
}

/** What leaves the node at the `from` end, and the other half. */
const halvesOf = (link: RoutedLink): { aToZ: Segment; zToA: Segment } => {
  const middle = pointAt(link, 0.5)
  return { aToZ: { from: link.from, to: middle }, zToA: { from: link.to, to: middle } }
}

export function MapDrawing({ layout, title, loads, devices, agents, sessions }: MapProps) {
  const group = useRef<SVGGElement>(null)
  /** The item that tab goes to, and whose details show: "link NAME", "node NAME" or "session SITES". */
  const item = useSignal('')
  const { nodes, links, plate, width, height } = layout
  const capacities = links.map(({ capacity }) => capacity)
  const items = [
    ...links.map(({ name }) => `link ${name}`),
    ...[...nodes.keys()].map((name) => `node ${name}`),
    ...sessions.map(({ key }) => `session ${key}`),
  ]
  const stop = items.includes(item.value) ? item.value : items[0]
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = items[(items.indexOf(stop ?? '') + step + items.length) % items.length]!
    item.value = next
    group.current?.querySelector<SVGElement>(`[data-item="${CSS.escape(next)}"]`)?.focus()
  }
  const wishes = links.flatMap((link) => wishesOf(link, loads.get(link.name)))
  const boxes = [...nodes.values()]
  const routers = boxes.filter(({ kind }) => kind === 'edge' || kind === 'core')
  const labels = placeLabels(routers, boxes, links, (node) => labelOf(node, devices.get(node.name)))
  const badges = placeBadges(wishes, [...boxes, ...labels])
  const notes = placeNotes(sessions, [...boxes, ...labels, ...badges])
  const propsOf = (key: string) => ({
    key,
    itemKey: key,
    tabIndex: key === stop ? 0 : -1,
    onShow: () => (item.value = key),
  })
  return (
    <>
      <svg class="map" width={width} height={height} viewBox={`0 0 ${width} ${height}`} onKeyDown={move}>
        <g ref={group} role="group" aria-label="Network map; arrow keys go through its links, nodes and sessions">
          <rect class="plate" {...plate} rx="12" />
          <text class="plate-title" x={plate.x + 12} y={plate.y + plate.height - 11}>
            {title}
          </text>
          {sessions.map((line) => (
            <MapSession {...propsOf(`session ${line.key}`)} line={line} />
          ))}
          {links.map((link) => (
            <MapLink
              {...propsOf(`link ${link.name}`)}
              link={link}
              load={loads.get(link.name)}
              stroke={strokeOf(link.capacity, capacities)}
            />
          ))}
          {[...nodes.values()].map((node) => (
            <MapNode
              {...propsOf(`node ${node.name}`)}
              node={node}
              device={devices.get(node.name)}
              agents={agents.get(node.name) ?? []}
              links={links}
              loads={loads}
            />
          ))}
        </g>
        {boxes
          .filter(({ ports }) => ports !== 'centre')
          .map((node) => (
            <BoxLabel key={node.name} node={node} traffic={trafficOf(node.name, links, loads)} />
          ))}
        {labels.map((label) => (
          <RouterLabel key={label.name} label={label} />
        ))}
        {notes.map((note) => (
          <MapSessionNote key={note.key} note={note} />
        ))}
        {boxes.map(
          (node) =>
            agents.has(node.name) && (
              <AgentsMark key={node.name} node={node} agents={agents.get(node.name)!} plate={plate} />
            ),
        )}
        {badges.map((badge) => (
          <MapBadge key={badge.key} badge={badge} />
        ))}
      </svg>
      <MapDetails
        item={item.value}
        layout={layout}
        loads={loads}
        devices={devices}
        agents={agents}
        sessions={sessions}
      />
    </>
  )
}

function wishesOf(link: RoutedLink, load: Link | undefined): BadgeWish[] {
  if (load === undefined) return []
  const halves = halvesOf(link)
  if (load.state === 'down') {
    const whole = { from: link.from, to: link.to }
    return [{ key: `${link.name} down`, half: whole, text: 'down', utilisation: null }]
  }
  return (['aToZ', 'zToA'] as const)
    .filter((direction) => loadGrade(load[direction].utilisation) !== 'plain')
    .map((direction) => ({
      key: `${link.name} ${direction}`,
      half: halves[direction],
      text: formatShareTick(Math.round((load[direction].utilisation ?? 0) * 100) / 100),
      utilisation: load[direction].utilisation,
    }))
}
