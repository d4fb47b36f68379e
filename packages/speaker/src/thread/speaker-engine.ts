/** The speaker itself, in its thread: peers, their tables, the choice of best routes, and answers to questions. @module */
import { parseAddress } from '@vagus/address'
import {
  AttributeTable,
  families,
  type FamilyName,
  familyKey,
  ipv4Unicast,
  ipv6Unicast,
  LocRib,
  type Negotiated,
  type Parting,
  type PeerFacts,
  RouteRows,
} from '@vagus/bgp'
import type {
  Announcement,
  BmpRouterStatus,
  Calls,
  DiffQuery,
  PeerStatus,
  RoutePage,
  RouteQuery,
  TableDiff,
  TableName,
  Target,
  Withdrawal,
} from '../api.ts'
import type { NlriChange, SpeakerEvent } from '../event.ts'
import { BmpStation } from '../bmp/bmp-station.ts'
import type { Endpoint, PeerOptions, SpeakerOptions, Watch } from '../options.ts'
import { outgoingOf } from '../routes/outgoing.ts'
import { RoutesIn } from '../routes/routes-in.ts'
import { secretHash } from '../secret-hash.ts'
import { Peer } from '../session/peer.ts'
import { ReadingTurns } from '../session/reading-turns.ts'
import { checkPeer, identifierOf, roles } from '../session/session-config.ts'
import { Decisions } from './decisions.ts'
import { EventGate } from './event-gate.ts'
import { Listener } from './listener.ts'
import { type Table, tableOfAdjRibIn, tableOfAnnounced, tableOfLocRib } from './tables.ts'
import { differencesOf, pageOf } from './views.ts'

type Answers = { readonly [Name in keyof Calls]: (...args: Calls[Name][0]) => Calls[Name][1] | Promise<Calls[Name][1]> }

const defaultDeferral = 60_000

export class SpeakerEngine implements Answers {
  readonly #options: SpeakerOptions
  readonly #gate: EventGate
  readonly #table: AttributeTable
  readonly #locRibs: ReadonlyMap<number, LocRib>
  readonly #decisions: Decisions
  readonly #peers = new Map<string, Peer>()
  /** Numbers of a peer in the Loc-RIBs. */
  readonly #numbers = new Map<Peer, ReadonlyMap<number, number>>()
  readonly #listeners: Listener[] = []
  readonly #bmp: BmpStation | undefined
  readonly #turns: ReadingTurns | undefined
  #start: 'fresh' | 'restarted'
  #deferral: NodeJS.Timeout | undefined

  /** @throws {RangeError} when an option is not what it must be */
  constructor(options: SpeakerOptions, emit: (event: SpeakerEvent) => void) {
    this.#options = options
    const identifier = identifierOf(options.identifier)
    this.#gate = new EventGate(emit)
    const own = { as: options.as, bgpIdentifier: identifier, clusterId: identifier }
    this.#table = new AttributeTable({ own, hash: secretHash })
    const onPending = (): void => this.#decisions.due()
    const locRibOf = (family: number): LocRib => new LocRib({ rows: this.#newRows(family), onPending })
    const chosen = options.locRib === 'off' ? [] : [ipv4Unicast, ipv6Unicast]
    this.#locRibs = new Map(chosen.map((family) => [family, locRibOf(family)]))
    this.#decisions = new Decisions([...this.#locRibs.values()])
    this.#start = options.start ?? 'fresh'
    const { turns } = options
    this.#turns = turns && new ReadingTurns(() => Math.min(turns.most, turns.perPeer * this.#peers.size))
    this.#bmp = options.bmp && new BmpStation(options.bmp, this.#gate)
  }

  /** Listens, then begins with the peers. @throws {UnavailableError | RangeError} */
  async open(): Promise<{ readonly listening: readonly Endpoint[]; readonly bmp: readonly Endpoint[] }> {
    const peers = this.#options.peers ?? []
    for (const peer of peers) this.#add(peer)
    for (const endpoint of this.#options.listen ?? []) {
      this.#listeners.push(
        await Listener.open(endpoint, {
          peerOf: (address, localAddress) => this.#peerOf(address, localAddress),
          peers: () => [...this.#peers.values()].map(({ options }) => options),
          emit: (event) => this.#gate.emit(event),
        }),
      )
    }
    if (this.#start === 'restarted') {
      this.#deferral = setTimeout(() => this.converged(), this.#options.deferral ?? defaultDeferral)
    }
    for (const peer of this.#peers.values()) peer.start()
    return { listening: this.#listeners.map(({ endpoint }) => endpoint), bmp: (await this.#bmp?.open()) ?? [] }
  }

  /** The agent took an event with changes. */
  taken(): void {
    this.#gate.taken()
  }

  #newRows(family: number): RouteRows {
    return new RouteRows(family === ipv4Unicast ? 4 : 6, this.#table)
  }

  #add(options: PeerOptions): Peer {
    checkPeer(options)
    if (this.#peers.has(options.name)) throw new RangeError(`there is a peer "${options.name}" already`)
    // What may throw comes first: a peer that is refused must leave nothing here.
    const isInternal = options.as === (options.localAs ?? this.#options.as)
    const facts = factsOf(options, isInternal ? 'internal' : 'external', 0)
    const rowsOf = (family: number): RouteRows => this.#locRibs.get(family)?.rows ?? this.#newRows(family)
    const routesIn: RoutesIn = new RoutesIn(options, this.#table, rowsOf, () => this.#gate.pending(routesIn.feed))
    const peer = new Peer(options, this.#options, this.#start, routesIn, {
      emit: (event) => this.#gate.emit(event),
      onEstablished: (one, negotiated) => this.#describe(one, negotiated),
      ends: () => (this.#start === 'restarted' ? 'without ends' : 'with ends'),
      turns: this.#turns,
    })
    const numbers = new Map<number, number>()
    for (const [family, rib] of routesIn.unicast) {
      const locRib = this.#locRibs.get(family)
      if (locRib !== undefined) numbers.set(family, locRib.addPeer(rib, facts))
    }
    this.#peers.set(options.name, peer)
    this.#numbers.set(peer, numbers)
    return peer
  }

  #describe(peer: Peer, { peer: kind, peerIdentifier }: Negotiated): void {
    const facts = factsOf(peer.options, kind, peerIdentifier)
    for (const [family, number] of this.#numbers.get(peer) ?? []) this.#locRibs.get(family)!.describePeer(number, facts)
  }

  #peerOf(address: string, localAddress: string): Peer | undefined {
    const canonical = textKey(address)
    for (const peer of this.#peers.values()) {
      const { options } = peer
      if (textKey(options.address) !== canonical) continue
      if (options.localAddress === undefined || textKey(options.localAddress) === textKey(localAddress)) return peer
    }
    return undefined
  }

  #named(name: string): Peer {
    const peer = this.#peers.get(name)
    if (peer !== undefined) return peer
    const known = [...this.#peers.keys()].join(', ')
    throw new RangeError(`there is no peer "${name}"; there are: ${known === '' ? 'none' : known}`)
  }

  #meant(target: Target): readonly Peer[] {
    if (target === 'all') return [...this.#peers.values()]
    if ('peer' in target) return [this.#named(target.peer)]
    if ('peers' in target) return target.peers.flatMap((name) => this.#peers.get(name) ?? [])
    return [...this.#peers.values()].filter(({ options }) => options.group === target.group)
  }

  announce(to: Target, announcement: Announcement): void {
    const routes = outgoingOf(announcement)
    for (const peer of this.#meant(to)) {
      peer.routesOut.announce(routes)
      peer.pump()
    }
  }

  withdraw(to: Target, withdrawal: Withdrawal): void {
    const routes = outgoingOf(withdrawal)
    for (const peer of this.#meant(to)) {
      peer.routesOut.withdraw(routes)
      peer.pump()
    }
  }

  /** Names of the peers that did not get them. */
  relay(to: Target, messages: Uint8Array): readonly string[] {
    return this.#meant(to)
      .filter((peer) => !peer.relay(messages))
      .map(({ options }) => options.name)
  }

  refresh(peer: string, family: FamilyName): ReturnType<Peer['refresh']> {
    return this.#named(peer).refresh(family)
  }

  watch(peer: string, watch: Watch): void {
    const { feed, unicast } = this.#named(peer).routesIn
    feed.watch(watch, unicast.values())
  }

  addPeer(options: PeerOptions): void {
    const peer = this.#add(options)
    try {
      for (const listener of this.#listeners) listener.protect()
    } catch (error) {
      this.removePeer(options.name)
      throw error
    }
    peer.start()
  }

  removePeer(name: string): void {
    const peer = this.#named(name)
    peer.stop('for good')
    for (const [family, number] of this.#numbers.get(peer) ?? []) this.#locRibs.get(family)!.removePeer(number)
    this.#numbers.delete(peer)
    this.#peers.delete(name)
    this.#gate.forget(peer.routesIn.feed)
    for (const listener of this.#listeners) listener.protect()
  }

  reset(peer: string): void {
    this.#named(peer).reset()
  }

  converged(): void {
    clearTimeout(this.#deferral)
    this.#start = 'fresh'
    for (const peer of this.#peers.values()) peer.converged()
  }

  peers(): readonly PeerStatus[] {
    return [...this.#peers.values()].map((peer) => peer.status())
  }

  routes(query: RouteQuery): Promise<RoutePage> {
    return pageOf(this.#tableOf(query.of, query.family), query)
  }

  diff({ before, after, family, limit }: DiffQuery): Promise<TableDiff> {
    return differencesOf(this.#tableOf(before, family), this.#tableOf(after, family), limit)
  }

  #tableOf(name: TableName, familyName: RouteQuery['family']): Table {
    const family = familyKey(families[familyName])
    switch (name.table) {
      case 'loc-rib':
        return tableOfLocRib(this.#locRibOf(family), (number) => this.#nameOf(family, number))
      case 'adj-in': {
        const rib = this.#named(name.peer).routesIn.unicast.get(family)
        if (rib === undefined) throw new RangeError(`peer "${name.peer}" has no routes of "${familyName}"`)
        return tableOfAdjRibIn(rib)
      }
      case 'adj-out': {
        const { routesOut } = this.#named(name.peer)
        return tableOfAnnounced(routesOut.told(), family, routesOut.facing)
      }
      case 'bmp':
    }
    if (this.#bmp === undefined) throw new RangeError('this speaker has no BMP station: give it the option "bmp"')
    return tableOfAdjRibIn(this.#bmp.ribOf(name.router, name.peer, name.rib, family))
  }

  #locRibOf(family: number): LocRib {
    const locRib = this.#locRibs.get(family)
    if (locRib === undefined) throw new RangeError('this speaker has no Loc-RIB: its option "locRib" is off')
    return locRib
  }

  #nameOf(family: number, number: number): string | undefined {
    for (const [peer, numbers] of this.#numbers) if (numbers.get(family) === number) return peer.options.name
    return undefined
  }

  nlri(name: string, family: FamilyName): readonly NlriChange[] {
    const rib = this.#named(name).routesIn.others.get(familyKey(families[family]))
    if (rib === undefined) throw new RangeError(`peer "${name}" has no NLRI of "${family}"`)
    return [...rib.entries()].map(([nlri, set]) => ({ nlri, block: rib.table.blockOf(set) }))
  }

  bmp(): readonly BmpRouterStatus[] {
    return this.#bmp?.status() ?? []
  }

  async close(parting: Parting = 'for good'): Promise<void> {
    clearTimeout(this.#deferral)
    this.#bmp?.close()
    for (const listener of this.#listeners) listener.close()
    for (const peer of this.#peers.values()) peer.stop(parting)
    // Time for the NOTIFICATIONs to leave.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What the choice of best routes needs to know of a peer. */
const factsOf = (options: PeerOptions, peer: PeerFacts['peer'], bgpIdentifier: number): PeerFacts => ({
  peer,
  bgpIdentifier,
  address: parseAddress(options.address),
  as: options.as,
  ...(options.role === undefined ? {} : { role: roles[options.role] }),
})

/** Equal for equal addresses, however they are written. */
const textKey = (address: string): string => Buffer.from(parseAddress(address)).toString('latin1')
