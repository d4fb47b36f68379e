/**
 * Where the agents of all devices meet: takes what each tells over BGP, keeps the newest that can be true, and passes it
 * on to the others, encoded once for all of them.
 * @module
 */
import { type Endpoint, formatIpv4, parseAddress, parseIpv4 } from '@vagus/address'
import { attributeCode, attributeOfBlock, decodeLinkStateNlri, type LinkStateNlri, nlriText, valueOf } from '@vagus/bgp'
import {
  maxClockAhead,
  type Reception,
  telemetryCapability,
  telemetryFeature,
  telemetryOfferOf,
  TelemetryReflector,
  type TelemetrySource,
  TelemetryTable,
} from '@vagus/bgp/telemetry'
import {
  FaultLines,
  type NlriEvent,
  type PeerEvent,
  type PeerOptions,
  type RefusedEvent,
  type Speaker,
  type SpeakerEvent,
  startSpeakerHere,
} from '@vagus/speaker'

export interface HubOptions {
  readonly as: number
  /** As an IPv4 address. */
  readonly identifier: string
  readonly listen: Endpoint
  /** Agents that may connect, each from the address of its device. */
  readonly devices: readonly { readonly name: string; readonly address: string }[]
  /** What a stranger's segments are told by; on all sessions or none. */
  readonly protection?: Protection
  readonly report: (line: string) => void
  /** A connection was refused: from an address of no device, or because it cannot be protected. */
  readonly onRefused?: (refused: Refused) => void
}

export type Refused = Pick<RefusedEvent, 'address' | 'problem' | 'count'>

type Protection = Pick<PeerOptions, 'password' | 'ttlSecurity'>

/** Seconds. */
const holdTime = 9
const restartTime = 60
/**
 * Milliseconds that changes are gathered, so that many agents cost few writes: at least, and for each peer that is
 * written to. With 200 of them all that is calm goes out 400 ms later, which is 500 writes a second; the agent itself
 * takes up to 350 ms until it tells, and a second is allowed for both. Congested links wait no longer than the least:
 * the turn that read them has already batched them.
 */
const gathering = { least: 5, perPeer: { congested: 0, calm: 2 }, most: 400 } as const
type Haste = keyof (typeof gathering)['perPeer']
/** Milliseconds between looks for what was not repeated. */
const expiry = 1000
/** Milliseconds between two reads of all agents: 40 with 200 of them, and none with a few. */
const readingTurns = { perPeer: 0.2, most: 50 } as const
/** NLRI passed on, of all devices together; one more is refused and counted. */
const maxRoutes = 50_000

/** Links and devices, and the views, which are nearly as many octets again and which few need (draft §9). */
type Part = 'links' | 'views'

/** What a peer may take in, as parts: it gets all of them in one write. */
const readings = { links: ['links'], views: ['views'], both: ['links', 'views'] } as const satisfies Readonly<
  Record<string, readonly Part[]>
>
type Reading = keyof typeof readings

/** An NLRI, read once: a link has the same each time. */
interface Known {
  readonly nlri: LinkStateNlri
  readonly text: string
  readonly part: Part
}

export class TelemetryHub {
  readonly table = new TelemetryTable()
  /** Octets of UPDATE messages passed on, all peers together. */
  relayed = 0
  readonly #reflectors: Readonly<Record<Part, TelemetryReflector>>
  readonly #readers: Readonly<Record<Reading, Set<string>>> = { links: new Set(), views: new Set(), both: new Set() }
  /** Readers to be told everything, because they are new or something did not reach them. */
  readonly #behind = new Set<string>()
  readonly #report: (line: string) => void
  readonly #onRefused: HubOptions['onRefused']
  readonly #as: number
  readonly #protection: Protection
  readonly #devices: Map<string, HubOptions['devices'][number]>
  /** BGP identifiers of agents, by peer. */
  readonly #originators = new Map<string, number>()
  /** The router that a peer speaks of, by peer: the first one, as long as something of the peer is held. */
  readonly #routers = new Map<string, number>()
  /** Peers that spoke of another router in this session, which is told once. */
  readonly #foreign = new Set<string>()
  /** Of before our start, perhaps: those that have not told everything yet. Until they have, nobody is told that all is there. */
  readonly #awaited: Set<string>
  /** Peers whose clock is too far ahead, which is told once. */
  readonly #ahead = new Set<string>()
  /** By the octets of the speaker, which are the same object as long as the NLRI is announced. */
  readonly #known = new WeakMap<Uint8Array, Known>()
  #speaker: Speaker | undefined
  #isConverged = false
  #timer: NodeJS.Timeout | undefined
  /** When the timer runs out, in milliseconds of `performance`. */
  #due = Infinity
  readonly #expiry: NodeJS.Timeout
  readonly #faults = new FaultLines()

  private constructor({ as, identifier, devices, protection, report, onRefused }: HubOptions) {
    this.#as = as
    this.#protection = protection ?? {}
    this.#devices = new Map(devices.map((device) => [device.name, device]))
    this.#awaited = new Set(this.#devices.keys())
    const octets = parseAddress(identifier).subarray(12)
    const config = { clusterId: parseIpv4(identifier), nextHop: octets, maxRoutes }
    this.#reflectors = { links: new TelemetryReflector(config), views: new TelemetryReflector(config) }
    this.#report = report
    this.#onRefused = onRefused
    this.#expiry = setInterval(() => {
      this.table.expire(Date.now())
      this.#freeRouters()
    }, expiry)
    this.#expiry.unref()
  }

  /** Fulfilled when it listens. @throws {UnavailableError | RangeError} */
  static async start(options: HubOptions): Promise<TelemetryHub> {
    const hub = new TelemetryHub(options)
    try {
      hub.#speaker = await startSpeakerHere(
        {
          as: options.as,
          identifier: options.identifier,
          listen: [options.listen],
          locRib: 'off',
          // Agents keep what we passed on before, until End-of-RIB (RFC 4724 §4.2).
          start: 'restarted',
          turns: readingTurns,
          peers: options.devices.map((device) => hub.#peerOf(device)),
        },
        (event) => hub.#take(event),
      )
    } catch (error) {
      clearInterval(hub.#expiry)
      throw error
    }
    return hub
  }

  #peerOf({ name, address }: HubOptions['devices'][number]): PeerOptions {
    return {
      name,
      address,
      as: this.#as,
      mode: 'passive',
      holdTime,
      families: ['link-state'],
      capabilities: [telemetryCapability(telemetryFeature.links | telemetryFeature.views | telemetryFeature.reflects)],
      gracefulRestart: { restartTime },
      ...this.#protection,
    }
  }

  get speaker(): Speaker {
    return this.#speaker!
  }

  /** Agents that may connect from now on: sessions of those that are the same go on. */
  async setDevices(devices: HubOptions['devices']): Promise<void> {
    const next = new Map(devices.map((device) => [device.name, device]))
    for (const { name, address } of this.#devices.values()) {
      if (next.get(name)?.address === address) continue
      this.#devices.delete(name)
      this.#awaited.delete(name)
      await this.speaker.removePeer(name)
      this.#forget(name)
    }
    for (const device of devices) {
      if (this.#devices.has(device.name)) continue
      this.#devices.set(device.name, device)
      await this.speaker.addPeer(this.#peerOf(device))
    }
  }

  /** Agents keep what they were told for the restart time, as after a crash: most stops are for an update. */
  async stop(): Promise<void> {
    clearInterval(this.#expiry)
    clearTimeout(this.#timer)
    await this.#speaker?.close('to restart').catch(() => undefined)
  }

  #take(event: SpeakerEvent): void {
    if (event.type === 'nlri') this.#takeRoutes(event, Date.now())
    else if (event.type === 'end-of-rib') {
      if (this.#awaited.delete(event.peer)) this.#flushSoon('calm')
    } else if (event.type === 'fault') {
      for (const line of this.#faults.newOf(event)) this.#report(`BGP with ${line}`)
    } else if (event.type === 'refused') {
      this.#report(`BGP from ${event.address} refused: ${event.problem}`)
      this.#onRefused?.(event)
    } else if (event.type === 'peer') {
      this.#takeSession(event)
      if (event.reason !== undefined) this.#report(`BGP with ${event.peer}: ${event.state}, ${event.reason}`)
    }
  }

  /** Each is sent what it takes in (draft §3.1); one without the capability nothing. */
  #takeSession({ peer, session }: PeerEvent): void {
    const offered = session === undefined ? undefined : telemetryOfferOf(session.capabilities.map(asUnknown))
    this.#endReading(peer)
    const reading = readingOf(offered?.features ?? 0)
    if (reading !== undefined) {
      this.#readers[reading].add(peer)
      this.#behind.add(peer)
    }
    if (session === undefined) return
    const originator = parseIpv4(session.peerIdentifier)
    // Another agent, made for another router: what graceful restart keeps of the one before is not its own.
    if ((this.#originators.get(peer) ?? originator) !== originator) this.#forgetTold(peer)
    this.#freeRouters()
    this.#foreign.delete(peer)
    this.#originators.set(peer, originator)
    this.#flushSoon('congested')
  }

  #takeRoutes({ peer, changes }: NlriEvent, now: number): void {
    const originator = this.#originators.get(peer) ?? 0
    let haste: Haste = 'calm'
    for (const { nlri: octets, block } of changes) {
      const known = this.#knownOf(octets)
      if (known === undefined) continue
      const { nlri, part, text } = known
      if (block === undefined) this.table.withdraw(peer, nlri)
      else {
        const tlvs = attributeOfBlock(block, attributeCode.linkState) ?? noTlvs
        const taken = this.table.receive(this.#sourceOf(peer, nlri), nlri, tlvs, now)
        this.#watchClock(peer, taken)
        this.#watchRouter(peer, nlri, taken)
        if (taken.type === 'discarded') continue
        if (taken.type === 'link' && taken.figures.measurement?.congested !== 'no') haste = 'congested'
      }
      this.#reflectors[part].receive(peer, originator, octets, block, text)
    }
    this.#flushSoon(haste)
  }

  /** What comes from the future is discarded, so that an agent whose clock is ahead would be silent without a word. */
  #watchClock(peer: string, taken: Reception): void {
    if (taken.type === 'discarded' && taken.clockAhead !== undefined) {
      if (this.#ahead.has(peer)) return
      this.#ahead.add(peer)
      const [ahead, most] = [taken.clockAhead, maxClockAhead].map((ms) => Math.round(ms / 1000))
      this.#report(`the clock of ${peer} is ${ahead} s ahead: its telemetry is discarded until it is at most ${most} s`)
    } else if (taken.type === 'view' || (taken.type === 'link' && taken.figures.measurement !== undefined)) {
      this.#ahead.delete(peer)
    }
  }

  /** So is what is said of another router than the peer's own, or of one that another peer speaks of. */
  #watchRouter(peer: string, nlri: LinkStateNlri, taken: Reception): void {
    if (taken.type !== 'discarded' || taken.why !== 'foreign' || this.#foreign.has(peer)) return
    this.#foreign.add(peer)
    const meant = routerOf(nlri) ?? 0
    const [owner] = [...this.#routers].find(([, router]) => router === meant) ?? []
    const own = this.#routers.get(peer)
    const why = owner === undefined ? `and stands beside ${formatIpv4(own ?? 0)}` : `which is that of ${owner}`
    this.#report(`${peer} speaks of the router ${formatIpv4(meant)}, ${why}: that is discarded`)
  }

  /** Whoever holds nothing here any more may stand beside another router now, and another one beside that. */
  #freeRouters(): void {
    const heard = this.table.peers()
    for (const peer of this.#routers.keys()) if (!heard.has(peer)) this.#routers.delete(peer)
  }

  #forget(peer: string): void {
    this.#forgetTold(peer)
    this.#ahead.delete(peer)
    this.#foreign.delete(peer)
    this.#originators.delete(peer)
    this.#endReading(peer)
    this.#flushSoon('calm')
  }

  #forgetTold(peer: string): void {
    this.table.forget(peer)
    this.#routers.delete(peer)
    for (const reflector of Object.values(this.#reflectors)) reflector.forget(peer)
  }

  #endReading(peer: string): void {
    for (const readers of Object.values(this.#readers)) readers.delete(peer)
    this.#behind.delete(peer)
  }

  /** Undefined where it cannot be read. */
  #knownOf(octets: Uint8Array): Known | undefined {
    const known = this.#known.get(octets)
    if (known !== undefined) return known
    const [nlri] = decodeLinkStateNlri(octets).nlri
    if (nlri === undefined) return undefined
    const made = { nlri, text: nlriText(octets), part: partOf(nlri) }
    this.#known.set(octets, made)
    return made
  }

  /** A peer speaks of one router, and nobody else speaks of that. */
  #sourceOf(peer: string, nlri: LinkStateNlri): TelemetrySource {
    const known = this.#routers.get(peer)
    if (known !== undefined) return { peer, router: known }
    const meant = routerOf(nlri)
    if (meant === undefined || [...this.#routers.values()].includes(meant)) return { peer, router: 0 }
    this.#routers.set(peer, meant)
    return { peer, router: meant }
  }

  #flushSoon(haste: Haste): void {
    const { least, perPeer, most } = gathering
    const wait = Math.min(most, Math.max(least, this.#originators.size * perPeer[haste]))
    const due = performance.now() + wait
    if (due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => {
      this.#due = Infinity
      this.#flushAll().catch((error: unknown) => this.#report(`telemetry is not passed on: ${String(error)}`))
    }, wait)
  }

  /** Once all devices have told everything, and it is passed on, End-of-RIB is due; else when the speaker's patience ends. */
  async #flushAll(): Promise<void> {
    const areBack = this.#awaited.size === 0 && !this.#isConverged
    await this.#flush()
    if (!areBack) return
    this.#isConverged = true
    await this.speaker.converged()
  }

  async #flush(): Promise<void> {
    const { links, views } = this.#reflectors
    const news = { links: links.takeUpdates(), views: views.takeUpdates() }
    for (const [reading, readers] of Object.entries(this.#readers)) {
      const parts = readings[reading as Reading] // sound: both have the same keys
      const late = [...this.#behind].filter((peer) => readers.has(peer))
      const updates = Buffer.concat(parts.flatMap((part) => news[part] ?? []))
      await this.#relay([...readers], updates)
      if (late.length === 0) continue
      for (const peer of late) this.#behind.delete(peer)
      await this.#relay(late, Buffer.concat(parts.map((part) => this.#reflectors[part].all())))
    }
  }

  /** Whom it did not reach is behind. */
  async #relay(peers: readonly string[], updates: Uint8Array): Promise<void> {
    if (peers.length === 0 || updates.length === 0) return
    this.relayed += updates.length * peers.length
    for (const peer of await this.speaker.relay({ peers }, updates)) this.#behind.add(peer)
  }
}

const routerOf = (nlri: LinkStateNlri): number | undefined =>
  'local' in nlri ? valueOf(nlri.local, 'bgp-router-id') : undefined

const noTlvs = new Uint8Array(0)

/** By the bits of the capability; undefined when the peer takes nothing in. */
function readingOf(features: number): Reading | undefined {
  const takesViews = (features & telemetryFeature.views) !== 0
  if ((features & telemetryFeature.links) !== 0) return takesViews ? 'both' : 'links'
  return takesViews ? 'views' : undefined
}

/** A page of a view says which one in the lower 16 bits of its identifier (draft §5.1). */
const partOf = (nlri: LinkStateNlri): Part =>
  nlri.type === 'node' && BigInt.asUintN(16, nlri.identifier) !== 0n ? 'views' : 'links'

const asUnknown = (one: { readonly code: number; readonly value: Uint8Array }) => ({ type: 'unknown', ...one }) as const
