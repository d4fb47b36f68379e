/**
 * Where the agents of all devices meet: takes what each tells over BGP, keeps the newest that can be true, and passes it
 * on to the others, encoded once for all of them.
 * @module
 */
import { type Endpoint, parseAddress } from '@vagus/address'
import { decodeLinkStateNlri, decodeLinkStateTlvs, type LinkStateNlri, valueOf } from '@vagus/bgp'
import {
  telemetryCapability,
  telemetryFeature,
  TelemetryReflector,
  type TelemetrySource,
  TelemetryTable,
} from '@vagus/bgp/telemetry'
import { type NlriEvent, type PeerOptions, type Speaker, type SpeakerEvent, startSpeaker } from '@vagus/speaker'

export interface HubOptions {
  readonly as: number
  /** As an IPv4 address. */
  readonly identifier: string
  readonly listen: Endpoint
  /** Agents that may connect, each from the address of its device. */
  readonly devices: readonly { readonly name: string; readonly address: string }[]
  readonly report: (line: string) => void
}

const group = 'devices'
/** Seconds. */
const holdTime = 9
const restartTime = 60
/** Milliseconds that changes are gathered, so that many agents at once cost one write a peer. */
const gathering = 5
/** Milliseconds between looks for what was not repeated. */
const expiry = 1000
/** NLRI passed on, of all devices together; one more is refused and counted. */
const maxRoutes = 50_000

export class TelemetryHub {
  readonly table = new TelemetryTable()
  /** Octets of UPDATE messages passed on, all peers together. */
  relayed = 0
  readonly #reflector: TelemetryReflector
  readonly #report: (line: string) => void
  /** BGP identifiers of agents, by peer. */
  readonly #originators = new Map<string, number>()
  /** The router that a peer speaks of, by peer: the first one, as long as no other peer does. */
  readonly #routers = new Map<string, number>()
  /** Peers to be told everything, because they are new or something did not reach them. */
  readonly #behind = new Set<string>()
  #speaker: Speaker | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #expiry: NodeJS.Timeout

  private constructor({ identifier, report }: HubOptions) {
    const octets = parseAddress(identifier).subarray(12)
    this.#reflector = new TelemetryReflector({ clusterId: numberOf(identifier), nextHop: octets, maxRoutes })
    this.#report = report
    this.#expiry = setInterval(() => this.table.expire(Date.now()), expiry)
    this.#expiry.unref()
  }

  /** Fulfilled when it listens. @throws {UnavailableError | RangeError} */
  static async start(options: HubOptions): Promise<TelemetryHub> {
    const hub = new TelemetryHub(options)
    try {
      hub.#speaker = await startSpeaker(
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

  async stop(): Promise<void> {
    clearInterval(this.#expiry)
    clearTimeout(this.#timer)
    await this.#speaker?.close().catch(() => undefined)
  }

  #take(event: SpeakerEvent): void {
    if (event.type === 'nlri') this.#takeRoutes(event, Date.now())
    else if (event.type === 'refused') this.#report(`BGP from ${event.address}: ${event.problem}`)
    else if (event.type === 'peer') {
      if (event.session !== undefined) {
        this.#originators.set(event.peer, numberOf(event.session.peerIdentifier))
        this.#behind.add(event.peer)
        this.#flushSoon()
      }
      if (event.reason !== undefined) this.#report(`BGP with ${event.peer}: ${event.state}, ${event.reason}`)
    }
  }

  #takeRoutes({ peer, changes }: NlriEvent, now: number): void {
    const originator = this.#originators.get(peer) ?? 0
    for (const { nlri: octets, attributes } of changes) {
      const [nlri] = decodeLinkStateNlri(octets).nlri
      if (nlri === undefined) continue
      if (attributes === undefined) this.table.withdraw(peer, nlri)
      else {
        const tlvs = decodeLinkStateTlvs(attributes.linkState ?? new Uint8Array(0))
        const source = this.#sourceOf(peer, nlri)
        if (tlvs === undefined || this.table.receive(source, nlri, tlvs, now).type === 'discarded') continue
      }
      this.#reflector.receive(peer, originator, octets, attributes)
    }
    this.#flushSoon()
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

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#flush().catch((error: unknown) => this.#report(`telemetry is not passed on: ${String(error)}`))
    }, gathering)
  }

  async #flush(): Promise<void> {
    const speaker = this.#speaker
    if (speaker === undefined) return
    const updates = this.#reflector.takeUpdates()
    if (updates !== undefined) {
      this.relayed += updates.length * this.#originators.size
      for (const peer of await speaker.relay({ group }, updates)) {
        if (this.#originators.has(peer)) this.#behind.add(peer)
      }
    }
    if (this.#behind.size === 0) return
    const all = this.#reflector.all()
    for (const peer of this.#behind) {
      const missed = await speaker.relay({ peer }, all)
      if (missed.length === 0) this.#behind.delete(peer)
    }
  }
}

function peerOf({ name, address }: HubOptions['devices'][number], as: number): PeerOptions {
  return {
    name,
    address,
    as,
    group,
    mode: 'passive',
    holdTime,
    families: ['link-state'],
    capabilities: [telemetryCapability(telemetryFeature.links | telemetryFeature.views | telemetryFeature.reflects)],
    gracefulRestart: { restartTime },
  }
}

const numberOf = (identifier: string): number => new DataView(parseAddress(identifier).buffer).getUint32(12)
