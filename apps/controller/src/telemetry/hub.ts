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

/** A device, and the agent of it that connects. */
interface Peer {
  readonly device: HubOptions['devices'][number]
  /** Of before our start, perhaps, and has not told everything yet. Until all have, nobody is told that all is there. */
  isAwaited?: boolean
  /** BGP identifier of the agent; undefined before its first session. */
  originator?: number
  /** The router that it speaks of: the first one, as long as something of the peer is held. */
  router?: number | undefined
  /** It spoke of another router in this session, which is told once. */
  isForeign?: boolean
  /** Its clock is too far ahead, which is told once. */
  isAhead?: boolean
  /** Undefined while it takes nothing in. */
  reading?: Reading | undefined
  /** To be told everything, because it is new or something did not reach it. */
  isBehind?: boolean
}

export class TelemetryHub {
  readonly table = new TelemetryTable()
  /** Octets of UPDATE messages passed on, all peers together. */
  relayed = 0
  readonly #reflectors: Readonly<Record<Part, TelemetryReflector>>
  readonly #report: (line: string) => void
  readonly #onRefused: HubOptions['onRefused']
  readonly #as: number
  readonly #protection: Protection
  /** By name. What is heard of one that is not here any more has no effect. */
  readonly #peers = new Map<string, Peer>()
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
    for (const device of devices) this.#peers.set(device.name, { device, isAwaited: true })
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
          peers: options.devices.map((device) => hub.#optionsOf(device)),
        },
        (event) => hub.#take(event),
      )
    } catch (error) {
      clearInterval(hub.#expiry)
      throw error
    }
    return hub
  }

  #optionsOf({ name, address }: HubOptions['devices'][number]): PeerOptions {
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
    for (const [name, { device }] of this.#peers) {
      if (next.get(name)?.address === device.address) continue
      this.#peers.delete(name)
      this.#forgetTold(name)
      this.#flushSoon('calm')
      await this.speaker.removePeer(name)
    }
    for (const device of devices) {
      if (this.#peers.has(device.name)) continue
      this.#peers.set(device.name, { device })
      await this.speaker.addPeer(this.#optionsOf(device))
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
      const peer = this.#peers.get(event.peer)
      if (peer?.isAwaited !== true) return
      peer.isAwaited = false
      this.#flushSoon('calm')
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
  #takeSession({ peer: name, session }: PeerEvent): void {
    const peer = this.#peers.get(name)
    if (peer === undefined) return
    const offered = session === undefined ? undefined : telemetryOfferOf(session.capabilities.map(asUnknown))
    peer.reading = readingOf(offered?.features ?? 0)
    peer.isBehind = peer.reading !== undefined
    if (session === undefined) return
    const originator = parseIpv4(session.peerIdentifier)
    // Another agent, made for another router: what graceful restart keeps of the one before is not its own.
    if ((peer.originator ?? originator) !== originator) this.#forgetTold(name)
    this.#freeRouters()
    peer.isForeign = false
    peer.originator = originator
    this.#flushSoon('congested')
  }

  #takeRoutes({ peer: name, changes }: NlriEvent, now: number): void {
    const peer = this.#peers.get(name)
    if (peer === undefined) return
    let haste: Haste = 'calm'
    for (const { nlri: octets, block } of changes) {
      const known = this.#knownOf(octets)
      if (known === undefined) continue
      const { nlri, part, text } = known
      if (block === undefined) this.table.withdraw(name, nlri)
      else {
        const tlvs = attributeOfBlock(block, attributeCode.linkState) ?? noTlvs
        const taken = this.table.receive(this.#sourceOf(peer, nlri), nlri, tlvs, now)
        this.#watchClock(peer, taken)
        this.#watchRouter(peer, nlri, taken)
        if (taken.type === 'discarded') continue
        if (taken.type === 'link' && taken.figures.measurement?.congested !== 'no') haste = 'congested'
      }
      this.#reflectors[part].receive(name, peer.originator ?? 0, octets, block, text)
    }
    this.#flushSoon(haste)
  }

  /** What comes from the future is discarded, so that an agent whose clock is ahead would be silent without a word. */
  #watchClock(peer: Peer, taken: Reception): void {
    if (taken.type === 'discarded' && taken.clockAhead !== undefined) {
      if (peer.isAhead) return
      peer.isAhead = true
      const [ahead, most] = [taken.clockAhead, maxClockAhead].map((ms) => Math.round(ms / 1000))
      const until = `its telemetry is discarded until it is at most ${most} s`
      this.#report(`the clock of ${peer.device.name} is ${ahead} s ahead: ${until}`)
    } else if (taken.type === 'view' || (taken.type === 'link' && taken.figures.measurement !== undefined)) {
      peer.isAhead = false
    }
  }

  /** So is what is said of another router than the peer's own, or of one that another peer speaks of. */
  #watchRouter(peer: Peer, nlri: LinkStateNlri, taken: Reception): void {
    if (taken.type !== 'discarded' || taken.why !== 'foreign' || peer.isForeign) return
    peer.isForeign = true
    const meant = routerOf(nlri) ?? 0
    const owner = this.#besideRouter(meant)?.device.name
    const why = owner === undefined ? `and stands beside ${formatIpv4(peer.router ?? 0)}` : `which is that of ${owner}`
    this.#report(`${peer.device.name} speaks of the router ${formatIpv4(meant)}, ${why}: that is discarded`)
  }

  #besideRouter(router: number): Peer | undefined {
    return [...this.#peers.values()].find((peer) => peer.router === router)
  }

  /** Whoever holds nothing here any more may stand beside another router now, and another one beside that. */
  #freeRouters(): void {
    const heard = this.table.peers()
    for (const [name, peer] of this.#peers) if (!heard.has(name)) peer.router = undefined
  }

  /** All that came from it, of which the others are told the end. */
  #forgetTold(name: string): void {
    this.table.forget(name)
    for (const reflector of Object.values(this.#reflectors)) reflector.forget(name)
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
  #sourceOf(peer: Peer, nlri: LinkStateNlri): TelemetrySource {
    const meant = peer.router ?? routerOf(nlri)
    if (peer.router === undefined && meant !== undefined && this.#besideRouter(meant) === undefined) peer.router = meant
    return { peer: peer.device.name, router: peer.router ?? 0 }
  }

  #flushSoon(haste: Haste): void {
    const { least, perPeer, most } = gathering
    const met = [...this.#peers.values()].filter(({ originator }) => originator !== undefined).length
    const wait = Math.min(most, Math.max(least, met * perPeer[haste]))
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
    const areBack = !this.#isConverged && ![...this.#peers.values()].some(({ isAwaited }) => isAwaited)
    await this.#flush()
    if (!areBack) return
    this.#isConverged = true
    await this.speaker.converged()
  }

  async #flush(): Promise<void> {
    const { links, views } = this.#reflectors
    const news = { links: links.takeUpdates(), views: views.takeUpdates() }
    for (const [reading, parts] of Object.entries(readings)) {
      const readers = [...this.#peers.values()].filter((peer) => peer.reading === reading)
      const late = readers.filter((peer) => peer.isBehind)
      await this.#relay(readers, Buffer.concat(parts.flatMap((part) => news[part] ?? [])))
      if (late.length === 0) continue
      for (const peer of late) peer.isBehind = false
      await this.#relay(late, Buffer.concat(parts.map((part) => this.#reflectors[part].all())))
    }
  }

  /** Whom it did not reach is behind. */
  async #relay(readers: readonly Peer[], updates: Uint8Array): Promise<void> {
    if (readers.length === 0 || updates.length === 0) return
    this.relayed += updates.length * readers.length
    const peers = readers.map(({ device }) => device.name)
    const missed = new Set(await this.speaker.relay({ peers }, updates))
    for (const peer of readers) if (missed.has(peer.device.name)) peer.isBehind = true
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
