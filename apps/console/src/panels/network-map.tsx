/** The network as a map, or the same as a table; on a narrow screen always the table. */
import { useMemo } from 'preact/hooks'
import type { Agent, DeviceList, Link, Session, Topology } from '@vagus/api'
import { sessionPairsOf } from '../figures/session-pairs.ts'
import { stepLabels } from '../figures/utilisation.ts'
import { improveOrder, layoutMap, narrowestMap } from '../map/map-layout.ts'
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
  const form = width < narrowestMap || view.value.map === 'table' ? 'table' : 'map'
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
              value={view.value.map}
              onChoose={(map) => show({ map })}
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
  const key = JSON.stringify([topology.nodes, topology.links])
  const order = useMemo(() => improveOrder(topology).order, [key])
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
