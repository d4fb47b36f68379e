/** The BMP station (RFC 7854 §3): routers connect and tell; a table for each session and policy stage that they show. @module */
import { createServer, type Server, type Socket } from 'node:net'
import { formatAddress, parseAddress } from '@vagus/address'
import {
  type AdjRibIn,
  AttributeTable,
  BmpFramer,
  type BmpMessage,
  decodeBmp,
  type Monitored,
  type MonitoredPeer,
  MonitoredRouter,
} from '@vagus/bgp'
import type { BmpPeerStatus, BmpRibName, BmpRouterStatus } from '../api.ts'
import type { BmpEvent } from '../event.ts'
import { maxBmpRouters } from '../limits.ts'
import type { BmpOptions, Endpoint } from '../options.ts'
import { ChangeFeed } from '../routes/change-feed.ts'
import { secretHash } from '../secret-hash.ts'
import { plain } from '../session/connection.ts'
import type { EventGate } from '../thread/event-gate.ts'
import { listenAt } from '../thread/listen.ts'
import { Refusals } from '../thread/refusals.ts'

interface Router {
  readonly address: string
  readonly socket: Socket
  readonly since: number
  readonly monitored: MonitoredRouter
  readonly feeds: Map<string, ChangeFeed>
  description: string | undefined
  name: string | undefined
  messages: number
  faults: number
}

/** A router that says nothing while it connects is no router; one that has spoken may be silent for as long as it likes. */
const firstMessageWithin = 30_000

/** A station never sends, so only the kernel's questions show that a silent router is gone. */
const keepAlive = { keepAlive: true, keepAliveInitialDelay: 60_000 }

export class BmpStation {
  readonly #options: BmpOptions
  readonly #gate: EventGate
  readonly #refusals = new Refusals()
  readonly #servers: Server[] = []
  readonly #routers = new Map<string, Router>()
  readonly #allowed: ReadonlySet<string> | undefined

  constructor(options: BmpOptions, gate: EventGate) {
    this.#options = options
    this.#gate = gate
    this.#allowed = options.routers && new Set(options.routers.map((text) => formatAddress(parseAddress(text))))
  }

  /** @throws {UnavailableError} when an address cannot be had */
  async open(): Promise<readonly Endpoint[]> {
    const endpoints: Endpoint[] = []
    for (const endpoint of this.#options.listen) {
      const server = createServer(keepAlive, (socket) => this.#accept(socket))
      endpoints.push(await listenAt(server, endpoint))
      this.#servers.push(server)
    }
    return endpoints
  }

  /** A second connection of a router takes the place of the first: routers restart, and the old one may linger. */
  #accept(socket: Socket): void {
    const address = plain(socket.remoteAddress)
    socket.on('error', () => undefined)
    if (address === '') {
      socket.destroy()
      return
    }
    const isFull = this.#routers.size >= maxBmpRouters && !this.#routers.has(address)
    if ((this.#allowed !== undefined && !this.#allowed.has(address)) || isFull) {
      socket.destroy()
      const problem = isFull
        ? `${maxBmpRouters} routers are connected already`
        : 'no router that tells over BMP has this address'
      const count = this.#refusals.add(address, performance.now())
      if (count !== undefined) this.#gate.emit({ type: 'refused', address, problem, count })
      return
    }
    this.#routers.get(address)?.socket.destroy()
    this.#forget(address)
    const router = this.#routerOf(address, socket)
    this.#routers.set(address, router)
    this.#tell(router, { event: 'connected' })
    const silence = setTimeout(() => socket.destroy(), firstMessageWithin)
    const framer = new BmpFramer()
    socket.on('data', (octets) => {
      const malformed = framer.push(octets, (message) => {
        clearTimeout(silence)
        this.#received(router, decodeBmp(message))
      })
      if (malformed === undefined) return
      this.#tell(router, { event: 'problem', problem: malformed.problem })
      socket.destroy()
    })
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(silence)
      if (this.#routers.get(address) !== router) return
      this.#forget(address)
    })
  }

  #routerOf(address: string, socket: Socket): Router {
    // A table of its own: what one router tells cannot take the room of another.
    const own = { as: 0, bgpIdentifier: 0, clusterId: 0 }
    const table = new AttributeTable({ own, hash: secretHash })
    const feeds = new Map<string, ChangeFeed>()
    const onChange = (slot: number, rib: AdjRibIn, peer: MonitoredPeer, name: BmpRibName): void =>
      this.#feedOf(router, `bmp/${address}/${peer.name}/${name}`).noteRoute(slot, rib)
    const monitored = new MonitoredRouter({
      table,
      ...((this.#options.watch ?? 'none') === 'none' ? {} : { onChange }),
    })
    const facts = { description: undefined, name: undefined, messages: 0, faults: 0 }
    const router: Router = { address, socket, since: Date.now(), monitored, feeds, ...facts }
    return router
  }

  #feedOf({ feeds }: Router, table: string): ChangeFeed {
    let feed = feeds.get(table)
    if (feed === undefined) {
      const made: ChangeFeed = new ChangeFeed(table, this.#options.watch ?? 'none', () => this.#gate.pending(made))
      feed = made
      feeds.set(table, feed)
    }
    return feed
  }

  #received(router: Router, message: ReturnType<typeof decodeBmp>): void {
    router.messages++
    if (message.type === 'initiation') this.#initiated(router, message)
    const result = router.monitored.receive(message)
    switch (result.type) {
      case 'routes':
        if (result.intake.type === 'faults' || result.intake.type === 'limit') router.faults++
        if (result.intake.type === 'end-of-rib') this.#tell(router, { event: 'end-of-rib', peer: result.peer.name })
        return
      case 'peer':
        this.#tell(router, { event: result.peer.state === 'up' ? 'peer-up' : 'peer-down', peer: result.peer.name })
        return
      case 'ignored':
        if (result.problem !== undefined) this.#faulty(router, result)
        return
      case 'statistics':
    }
  }

  #faulty(router: Router, { problem }: Monitored & { type: 'ignored' }): void {
    router.faults++
    if (router.faults === 1) this.#tell(router, { event: 'problem', problem: problem ?? '' })
  }

  #initiated(router: Router, { texts }: BmpMessage & { type: 'initiation' }): void {
    router.description = texts.description
    router.name = texts.name
  }

  #forget(address: string): void {
    const router = this.#routers.get(address)
    if (router === undefined) return
    this.#routers.delete(address)
    router.monitored.clear()
    this.#tell(router, { event: 'closed' })
  }

  #tell({ address }: Router, what: Omit<BmpEvent, 'type' | 'router'>): void {
    this.#gate.emit({ type: 'bmp', router: address, ...what })
  }

  /** @throws {RangeError} that says what there is */
  ribOf(router: string, peer: string, name: BmpRibName, family: number): AdjRibIn {
    const found = this.#routers.get(router)
    if (found === undefined)
      throw new RangeError(`no router ${router} is connected; there are: ${known(this.#routers)}`)
    const tables = found.monitored.peers.get(peer)?.ribs
    if (tables === undefined) {
      throw new RangeError(`router ${router} shows no peer "${peer}"; it shows: ${known(found.monitored.peers)}`)
    }
    const rib = tables.get(name)?.ribs.get(family)
    if (rib === undefined)
      throw new RangeError(`router ${router} shows no ${name} of ${peer}; it shows: ${known(tables)}`)
    return rib
  }

  status(): readonly BmpRouterStatus[] {
    return [...this.#routers.values()].map(({ address, name, description, since, messages, faults, monitored }) => ({
      address,
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      since,
      messages,
      faults,
      peers: [...monitored.peers.values()].map(peerStatus),
    }))
  }

  close(): void {
    for (const server of this.#servers) server.close()
    for (const { socket } of this.#routers.values()) socket.destroy()
  }
}

const known = (names: ReadonlyMap<string, unknown>): string =>
  names.size === 0 ? 'none' : [...names.keys()].join(', ')

function peerStatus({ name, facts, state, ribs, counters }: MonitoredPeer): BmpPeerStatus {
  const counts = [...ribs].map(([rib, tables]) => {
    const size = [...tables.ribs.values()].reduce((sum, one) => sum + one.size, 0)
    return [rib, size] as const
  })
  return { name, as: facts.as, state, prefixes: Object.fromEntries(counts), counters: Object.fromEntries(counters) }
}
