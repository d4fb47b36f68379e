/**
 * Where the agents of all devices meet: takes what each tells over BGP, keeps the newest that can be true, and passes it
 * on to the others, encoded once for all of them.
 * @module
 */
import { type Endpoint, parseAddress } from '@vagus/address'
import { decodeLinkStateNlri, decodeLinkStateTlvs, type LinkStateNlri, valueOf } from '@vagus/bgp'
import {
  nlriText,
  telemetryCapability,
  telemetryFeature,
  telemetryOfferOf,
  TelemetryReflector,
  type TelemetrySource,
  TelemetryTable,
} from '@vagus/bgp/telemetry'
import {
  type NlriEvent,
  type PeerEvent,
  type PeerOptions,
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
  readonly report: (line: string) => void
}

/** Seconds. */
const holdTime = 9
const restartTime = 60
/**
 * Milliseconds that changes are gathered, so that many agents cost few writes: at least, and for each peer that is
 * written to. With 200 of them what is congested goes out 20 ms later and all else 200 ms, which costs 10 to 1000 writes
 * a second less than it would cost at once.
 */
const gathering = { least: 5, perPeer: { congested: 0.1, calm: 1 }, most: 250 } as const
type Haste = keyof (typeof gathering)['perPeer']
/** Milliseconds between looks for what was not repeated. */
const expiry = 1000
/** NLRI passed on, of all devices together; one more is refused and counted. */
const maxRoutes = 50_000

/** Links and devices, and the views, which are nearly as many octets again and which few need (draft §9). */
type Part = 'links' | 'views'

interface PassedOn {
  readonly reflector: TelemetryReflector
  /** Peers that take it in. */
  readonly readers: Set<string>
  /** Those of them to be told everything, because they are new or something did not reach them. */
  readonly behind: Set<string>
}

export class TelemetryHub {
  readonly table = new TelemetryTable()
  /** Octets of UPDATE messages passed on, all peers together. */
  relayed = 0
  readonly #parts: Readonly<Record<Part, PassedOn>>
  readonly #report: (line: string) => void
  readonly #as: number
  readonly #devices: Map<string, HubOptions['devices'][number]>
  /** BGP identifiers of agents, by peer. */
  readonly #originators = new Map<string, number>()
  /** The router that a peer speaks of, by peer: the first one, as long as no other peer does. */
  readonly #routers = new Map<string, number>()
  /** By `nlriText`. */
  readonly #nlri = new Map<string, LinkStateNlri>()
  #speaker: Speaker | undefined
  #timer: NodeJS.Timeout | undefined
  /** When the timer runs out, in milliseconds of `performance`. */
  #due = Infinity
  readonly #expiry: NodeJS.Timeout

  private constructor({ as, identifier, devices, report }: HubOptions) {
    this.#as = as
    this.#devices = new Map(devices.map((device) => [device.name, device]))
    const octets = parseAddress(identifier).subarray(12)
    const part = (): PassedOn => ({
      reflector: new TelemetryReflector({ clusterId: numberOf(identifier), nextHop: octets, maxRoutes }),
      readers: new Set(),
      behind: new Set(),
    })
    this.#parts = { links: part(), views: part() }
    this.#report = report
    this.#expiry = setInterval(() => this.table.expire(Date.now()), expiry)
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
          peers: options.devices.map((device) => peerOf(device, options.as)),
        },
        (event) => hub.#take(event),
      )
    } catch (error) {
      clearInterval(hub.#expiry)
      throw error
    }
    return hub
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
      await this.speaker.removePeer(name)
      this.#forget(name)
    }
    for (const device of devices) {
      if (this.#devices.has(device.name)) continue
      this.#devices.set(device.name, device)
      await this.speaker.addPeer(peerOf(device, this.#as))
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#expiry)
    clearTimeout(this.#timer)
    await this.#speaker?.close().catch(() => undefined)
  }

  #take(event: SpeakerEvent): void {
    if (event.type === 'nlri') this.#takeRoutes(event, Date.now())
    else if (event.type === 'refused') this.#report(`BGP from ${event.address}: ${event.problem}`)
    else if (event.type === 'peer') {
      this.#takeSession(event)
      if (event.reason !== undefined) this.#report(`BGP with ${event.peer}: ${event.state}, ${event.reason}`)
    }
  }

  /** Each is sent what it takes in (draft §3.1); one without the capability nothing. */
  #takeSession({ peer, session }: PeerEvent): void {
    const offered = session === undefined ? undefined : telemetryOfferOf(session.capabilities.map(asUnknown))
    for (const [name, { readers, behind }] of Object.entries(this.#parts)) {
      readers.delete(peer)
      behind.delete(peer)
      if (((offered?.features ?? 0) & telemetryFeature[name as Part]) === 0) continue // sound: a key of the table
      readers.add(peer)
      behind.add(peer)
    }
    if (session === undefined) return
    this.#originators.set(peer, numberOf(session.peerIdentifier))
    this.#flushSoon('congested')
  }

  #takeRoutes({ peer, changes }: NlriEvent, now: number): void {
    const originator = this.#originators.get(peer) ?? 0
    let haste: Haste = 'calm'
    for (const { nlri: octets, attributes } of changes) {
      const key = nlriText(octets)
      const nlri = this.#nlriOf(key, octets)
      if (nlri === undefined) continue
      if (attributes === undefined) this.table.withdraw(peer, nlri)
      else {
        const tlvs = decodeLinkStateTlvs(attributes.linkState ?? new Uint8Array(0))
        const source = this.#sourceOf(peer, nlri)
        if (tlvs === undefined) continue
        const taken = this.table.receive(source, nlri, tlvs, now)
        if (taken.type === 'discarded') continue
        if (taken.type === 'link' && taken.link.measurement?.congested !== 'no') haste = 'congested'
      }
      this.#parts[partOf(nlri)].reflector.receive(peer, originator, octets, attributes, key)
    }
    this.#flushSoon(haste)
  }

  #forget(peer: string): void {
    this.table.forget(peer)
    this.#originators.delete(peer)
    this.#routers.delete(peer)
    for (const { reflector, readers, behind } of Object.values(this.#parts)) {
      reflector.forget(peer)
      readers.delete(peer)
      behind.delete(peer)
    }
    this.#flushSoon('calm')
  }

  /** Decoded once: a link has the same NLRI each time. */
  #nlriOf(key: string, octets: Uint8Array): LinkStateNlri | undefined {
    const known = this.#nlri.get(key)
    if (known !== undefined) return known
    const [nlri] = decodeLinkStateNlri(octets).nlri
    if (nlri === undefined) return undefined
    // What is passed on is bounded; a few that are not make all be decoded again.
    if (this.#nlri.size >= maxRoutes) this.#nlri.clear()
    this.#nlri.set(key, nlri)
    return nlri
  }

  /** A peer speaks of one router, and nobody else speaks of that. */
  #sourceOf(peer: string, nlri: LinkStateNlri): TelemetrySource {
    const known = this.#routers.get(peer)
    if (known !== undefined) return { peer, router: known }
    const meant = 'local' in nlri ? valueOf(nlri.local, 'bgp-router-id') : undefined
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
      this.#flush().catch((error: unknown) => this.#report(`telemetry is not passed on: ${String(error)}`))
    }, wait)
  }

  async #flush(): Promise<void> {
    const speaker = this.#speaker
    if (speaker === undefined) return
    for (const { reflector, readers, behind } of Object.values(this.#parts)) {
      const updates = reflector.takeUpdates()
      if (updates !== undefined) {
        this.relayed += updates.length * readers.size
        for (const peer of await speaker.relay({ peers: [...readers] }, updates)) behind.add(peer)
      }
      if (behind.size === 0) continue
      const missed = await speaker.relay({ peers: [...behind] }, reflector.all())
      behind.clear()
      for (const peer of missed) if (readers.has(peer)) behind.add(peer)
    }
  }
}

/** A page of a view says which one in the lower 16 bits of its identifier (draft §5.1). */
const partOf = (nlri: LinkStateNlri): Part =>
  nlri.type === 'node' && BigInt.asUintN(16, nlri.identifier) !== 0n ? 'views' : 'links'

const asUnknown = (one: { readonly code: number; readonly value: Uint8Array }) => ({ type: 'unknown', ...one }) as const

function peerOf({ name, address }: HubOptions['devices'][number], as: number): PeerOptions {
  return {
    name,
    address,
    as,
    mode: 'passive',
    holdTime,
    families: ['link-state'],
    capabilities: [telemetryCapability(telemetryFeature.links | telemetryFeature.views | telemetryFeature.reflects)],
    gracefulRestart: { restartTime },
  }
}

const numberOf = (identifier: string): number => new DataView(parseAddress(identifier).buffer).getUint32(12)
