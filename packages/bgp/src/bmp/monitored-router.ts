/**
 * What one router tells over BMP: its sessions, and of each the tables that it shows (RFC 7854 §5, 8671, 9069). A
 * router that lies or breaks off costs no more than the limits of its tables.
 * @module
 */
import { formatAddress } from '@vagus/address'
import { familyKey, ipv4Unicast, ipv6Unicast } from '../family.ts'
import { maxExtendedMessageOctets, maxMonitoredPeers } from '../limits.ts'
import { readHeader } from '../message/header.ts'
import type { Open } from '../message/open.ts'
import { addPathMode, messageType } from '../registry.ts'
import { AdjRibIn } from '../rib/adj-rib-in.ts'
import { RouteRows } from '../rib/route-rows.ts'
import { type Intake, UpdateIntake } from '../rib/update-intake.ts'
import type { AttributeTable } from '../update/attribute-table.ts'
import type { BmpMalformed, BmpMessage } from './message.ts'
import type { BmpPeer, BmpRib } from './peer-header.ts'

export interface MonitoredRouterOptions {
  readonly table: AttributeTable
  /** Of one family in one table; what comes above is not kept. */
  readonly maxPrefixes?: number
  /** Told of each prefix whose paths changed. */
  readonly onChange?: (slot: number, rib: AdjRibIn, peer: MonitoredPeer, table: BmpRib) => void
}

export interface MonitoredPeer {
  /** Address, with the distinguisher in front where there is one (`1:10.0.0.1`). */
  readonly name: string
  readonly facts: BmpPeer
  state: 'up' | 'down'
  readonly ribs: Map<BmpRib, MonitoredTable>
  counters: ReadonlyMap<string, bigint>
  /** Between the two OPEN messages; undefined when Peer Up was not seen. */
  opens: { readonly sent: Open; readonly received: Open } | undefined
}

export interface MonitoredTable {
  readonly ribs: ReadonlyMap<number, AdjRibIn>
  intake: UpdateIntake
}

/** What became of a message. */
export type Monitored =
  | { readonly type: 'routes'; readonly intake: Intake; readonly peer: MonitoredPeer; readonly rib: BmpRib }
  | { readonly type: 'peer'; readonly peer: MonitoredPeer }
  | { readonly type: 'statistics'; readonly peer: MonitoredPeer }
  | { readonly type: 'ignored'; readonly problem?: string }

const unicast = new Set([ipv4Unicast, ipv6Unicast])
const noPathIds: ReadonlySet<number> = new Set()

export class MonitoredRouter {
  readonly peers = new Map<string, MonitoredPeer>()
  readonly #options: MonitoredRouterOptions

  constructor(options: MonitoredRouterOptions) {
    this.#options = options
  }

  /** Never throws, whatever the message says. */
  receive(message: BmpMessage | BmpMalformed): Monitored {
    switch (message.type) {
      case 'route-monitoring':
        return this.#routes(message.peer, message.update)
      case 'peer-up':
        return this.#up(message)
      case 'peer-down':
        return this.#down(message.peer)
      case 'statistics': {
        const peer = this.#peerOf(message.peer)
        if (peer === undefined) return tooMany
        peer.counters = message.counters
        return { type: 'statistics', peer }
      }
      case 'malformed':
        return { type: 'ignored', problem: message.problem }
      case 'initiation':
      case 'termination':
      case 'mirroring':
      case 'unknown':
    }
    return { type: 'ignored' }
  }

  #peerOf(facts: BmpPeer): MonitoredPeer | undefined {
    const name = nameOf(facts)
    const found = this.peers.get(name)
    if (found !== undefined) return found
    if (this.peers.size >= maxMonitoredPeers) return undefined
    const peer: MonitoredPeer = { name, facts, state: 'up', ribs: new Map(), counters: new Map(), opens: undefined }
    this.peers.set(name, peer)
    return peer
  }

  #routes(facts: BmpPeer, update: Uint8Array): Monitored {
    const peer = this.#peerOf(facts)
    if (peer === undefined) return tooMany
    const header = readHeader(update, 0, update.length, maxExtendedMessageOctets)
    if (header === undefined || 'problem' in header || header.type !== messageType.update) {
      return { type: 'ignored', problem: 'Route Monitoring without an UPDATE' }
    }
    if (header.length !== update.length)
      return { type: 'ignored', problem: 'Route Monitoring with more than an UPDATE' }
    const table = peer.ribs.get(facts.rib) ?? this.#tableOf(peer, facts)
    return { type: 'routes', intake: table.intake.receive(update), peer, rib: facts.rib }
  }

  #tableOf(peer: MonitoredPeer, facts: BmpPeer): MonitoredTable {
    const { table, maxPrefixes, onChange } = this.#options
    const limit = maxPrefixes === undefined ? {} : { maxPrefixes }
    const told = (slot: number, rib: AdjRibIn): void => onChange?.(slot, rib, peer, facts.rib)
    const ribs = new Map([
      [ipv4Unicast, new AdjRibIn({ rows: new RouteRows(4, table), ...limit, onChange: told })],
      [ipv6Unicast, new AdjRibIn({ rows: new RouteRows(6, table), ...limit, onChange: told })],
    ])
    const made: MonitoredTable = { ribs, intake: this.#intakeOf(ribs, peer, facts) }
    peer.ribs.set(facts.rib, made)
    return made
  }

  /** Read as routes of an internal peer, so that LOCAL_PREF and the like are kept where a router shows them. */
  #intakeOf(ribs: ReadonlyMap<number, AdjRibIn>, { opens }: MonitoredPeer, { asOctets, rib }: BmpPeer): UpdateIntake {
    const [from, to] = rib.startsWith('adj-out') ? [opens?.sent, opens?.received] : [opens?.received, opens?.sent]
    const pathIds = from === undefined || to === undefined ? noPathIds : pathIdFamilies(from, to)
    return new UpdateIntake(this.#options.table, { peer: 'internal', asOctets, families: unicast, pathIds }, ribs)
  }

  /** A session that begins has no routes yet: what is left of the one before goes (RFC 7854 §4.10). */
  #up({ peer: facts, sent, received }: BmpMessage & { type: 'peer-up' }): Monitored {
    const peer = this.#peerOf(facts)
    if (peer === undefined) return tooMany
    forgetRoutes(peer)
    peer.state = 'up'
    peer.opens = { sent, received }
    return { type: 'peer', peer }
  }

  #down(facts: BmpPeer): Monitored {
    const peer = this.#peerOf(facts)
    if (peer === undefined) return tooMany
    forgetRoutes(peer)
    peer.state = 'down'
    peer.opens = undefined
    return { type: 'peer', peer }
  }

  /** The connection is over: nothing of what was told is known to be so any more. */
  clear(): void {
    for (const peer of this.peers.values()) forgetRoutes(peer)
    this.peers.clear()
  }
}

const tooMany: Monitored = { type: 'ignored', problem: `more than ${maxMonitoredPeers} peers of one router` }

function forgetRoutes(peer: MonitoredPeer): void {
  for (const { ribs } of peer.ribs.values()) for (const rib of ribs.values()) rib.clear()
  peer.ribs.clear()
}

function nameOf({ distinguisher, address }: BmpPeer): string {
  const text = formatAddress(address)
  return distinguisher === 0n ? text : `${distinguisher}:${text}`
}

/** RFC 7911 §4: what one offers to send and the other to receive. */
function pathIdFamilies(from: Open, to: Open): ReadonlySet<number> {
  const offered = (open: Open, mode: number): ReadonlySet<number> =>
    new Set(
      open.capabilities
        .flatMap((one) => (one.type === 'add-path' ? one.families : []))
        .filter((family) => (family.mode & mode) !== 0)
        .map(familyKey),
    )
  const received = offered(to, addPathMode.receive)
  return new Set([...offered(from, addPathMode.send)].filter((family) => received.has(family)))
}
