/** The strip under the map: details of the link, node or session line under the mouse or in focus, else the legend. */
import type { Agent, Device, Link } from '@vagus/api'
import { coverageOfLink } from '../figures/coverage.ts'
import { formatCapacity, formatRate, formatShare } from '../figures/format.ts'
import type { MapLayout } from '../map/map-layout.ts'
import type { SessionLine } from '../map/session-lines.ts'
import { Coverage } from '../ui/provenance.tsx'
import { sentenceOfNode, trafficOf } from './map-node.tsx'
import { sentenceOfLine } from './map-session.tsx'

interface Props {
  readonly item: string
  readonly layout: MapLayout
  readonly loads: ReadonlyMap<string, Link>
  readonly devices: ReadonlyMap<string, Device>
  readonly agents: ReadonlyMap<string, readonly Agent[]>
  readonly sessions: readonly SessionLine[]
}

export function MapDetails({ item, layout, loads, devices, agents, sessions }: Props) {
  const [kind, name] = item.split(' ', 2)
  const load = kind === 'link' ? loads.get(name!) : undefined
  const node = kind === 'node' ? layout.nodes.get(name!) : undefined
  const line = kind === 'session' ? sessions.find(({ key }) => key === name) : undefined
  return (
    <p class={`map-details${sessions.length > 0 ? ' roomy' : ''}`}>
      {load !== undefined && <LinkDetails load={load} />}
      {node !== undefined &&
        sentenceOfNode(
          node,
          devices.get(node.name),
          trafficOf(node.name, layout.links, loads),
          agents.get(node.name) ?? [],
        )}
      {line !== undefined && sentenceOfLine(line)}
      {load === undefined && node === undefined && line === undefined && (
        <>
          Colour is utilisation, width is capacity; each half of a link shows what leaves the node at its end.
          {agents.size > 0 && ' Dashed lines are sessions between agents.'}
        </>
      )}
    </p>
  )
}

function LinkDetails({ load }: { readonly load: Link }) {
  const { aToZ, zToA, a, z } = load
  return (
    <>
      <strong>{load.name}</strong> {formatCapacity(load.capacity)}
      {load.state === 'down' ? <b class="low"> down</b> : ''} · {a.node} → {z.node}{' '}
      <b>{formatRate(aToZ.bitsPerSecond)}</b> {formatShare(aToZ.utilisation)} · {z.node} → {a.node}{' '}
      <b>{formatRate(zToA.bitsPerSecond)}</b> {formatShare(zToA.utilisation)} · from{' '}
      {aToZ.fromCounters !== null || zToA.fromCounters !== null ? 'counters' : 'flows'},{' '}
      <Coverage share={coverageOfLink(load)} />
    </>
  )
}
