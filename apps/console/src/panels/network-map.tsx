/** The network as a map, or the same as a table: that for a large network unless one asks, on a narrow screen always. */
import { useMemo } from 'preact/hooks'
import type { Agent, DeviceList, Link, Session, Topology } from '@vagus/api'
import { sessionPairsOf } from '../figures/session-pairs.ts'
import { stepLabels } from '../figures/utilisation.ts'
import { improveOrder, isLegible, layoutMap, narrowestMap } from '../map/map-layout.ts'
import { agentsBySite, sessionLinesOf } from '../map/session-lines.ts'
import { formatTime } from '../figures/clock.ts'
import { commandOf } from '../state/commands.ts'
import { answeredAt, isOld, now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import { useAgents, useCurrentLinks, useDevices, useSessions, useStatus, useTopology } from '../state/resources.ts'
import { show, view } from '../state/route.ts'
import { NoLinks } from '../ui/empty.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Segmented, plain } from '../ui/segmented.tsx'
import { useWidth } from '../ui/width.ts'
import { LinkTable } from './link-table.tsx'
import { MapDrawing } from './map-drawing.tsx'

export function NetworkMap() {
  const topology = useTopology()
  const links = useCurrentLinks()
  const devices = useDevices().data
  const agents = useAgents().data
  const sessions = useSessions(agents).data
  const { ref, width } = useWidth<HTMLDivElement>()
  const fitting = useMemo(() => formOf(topology.data), [keyOf(topology.data)])
  const chosen = view.value.map === 'fitting' ? fitting : view.value.map
  const form = width < narrowestMap ? 'table' : chosen
  const { nodes, links: lines } = topology.data ?? { nodes: [], links: [] }
  return (
    <Panel
      title="Network"
      span={8}
      command={commandOf('links', view.value)}
      about={
        <>
          {nodes.length} nodes · {lines.length} links
          {links !== undefined && (
            <span title="by interface counters, over the last seconds; where there are none, the mean of the window by flows">
              {' '}
              · {isOld.value ? `as of ${formatTime(answeredAt.value ?? now.value, clock.value)}` : 'now'}
            </span>
          )}
        </>
      }
      controls={
        width >= narrowestMap &&
        lines.length > 0 && (
          <>
            {form === 'map' && <Legend />}
            <Segmented
              label="Form of the network"
              options={plain(['map', 'table'])}
              value={form}
              onChoose={(map) => show({ map: map === fitting ? 'fitting' : map })}
            />
          </>
        )
      }
    >
      <div ref={ref} class="map-place">
        <Loaded of={topology} lines={9} empty={(data) => (data.links.length === 0 ? <NoLinks /> : undefined)}>
          {(data) =>
            form === 'map' ? (
              <MapOf
                topology={data}
                links={links}
                devices={devices}
                agents={agents?.items ?? []}
                sessions={sessions?.items ?? []}
                width={width}
              />
            ) : (
              <LinkTable links={links ?? []} />
            )
          }
        </Loaded>
      </div>
    </Panel>
  )
}

/** The same as long as the topology is, however often it is read. */
const keyOf = (topology: Topology | undefined): string => JSON.stringify([topology?.nodes, topology?.links])

const formOf = (topology: Topology | undefined): 'map' | 'table' =>
  topology === undefined || isLegible(topology) ? 'map' : 'table'

interface MapProps {
  readonly topology: Topology
  readonly links: readonly Link[] | undefined
  readonly devices: DeviceList | undefined
  readonly agents: readonly Agent[]
  readonly sessions: readonly Session[]
  readonly width: number
}

function MapOf({ topology, links, devices, agents, sessions, width }: MapProps) {
  const status = useStatus().data
  // in order again only when the topology itself changes, not each time it is read or the width changes
  const order = useMemo(() => improveOrder(topology).order, [keyOf(topology)])
  const layout = useMemo(() => layoutMap(topology, width, order), [order, width])
  const title = [status?.domain, status?.as === null || status?.as === undefined ? undefined : `AS ${status.as}`]
  return (
    <MapDrawing
      layout={layout}
      title={title.filter((part) => part !== undefined).join(' · ')}
      loads={new Map(links?.map((link) => [link.name, link]))}
      devices={new Map(devices?.items.map((device) => [device.name, device]))}
      agents={agentsBySite(agents)}
      sessions={sessionLinesOf(sessionPairsOf(sessions), agents, layout)}
    />
  )
}

function Legend() {
  return (
    <span class="legend">
      {stepLabels.map((label, step) => (
        <span key={label}>
          <i style={{ background: `var(--u${step})` }} />
          {label}
        </span>
      ))}
      <span>%</span>
    </span>
  )
}
