/**
 * One path of a session: its packet numbers, its measurements, what is in flight, whether it is validated and alive.
 * The session decides what goes by it.
 * @module
 */
import type { Holding } from '../energy/holding.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Congestion } from './congestion.ts'
import type { QueuedDatagram } from './datagram-queue.ts'
import { DelayWindow } from './delay-window.ts'
import { Ledger } from './ledger.ts'
import { packetOverhead } from './packet.ts'
import type { PathId, PathInfo, PathState, PathStatus } from './path-state.ts'
import type { Rebinding } from './rebinding.ts'
import type { Route } from './route.ts'
import { Rtt } from './rtt.ts'
import { Validation } from './validation.ts'

/** Octets queued in the host; at this limit no further packet is added. */
const maxQueued = 128 << 10
/** If less than this may be sent to an unproven address, nothing is sent. */
const minPacket = packetOverhead + 40

export class Path {
  readonly id: PathId
  route: Route
  state: PathState = 'validating'
  /** What this side and the peer want; the lower status counts. */
  ownStatus: PathStatus = 'active'
  peerStatus: PathStatus = 'active'
  /** Version numbers of the two: an outdated status has no effect. */
  ownVersion = 0
  peerVersion = -1
  /** After an intent the path is permanently on standby: it is used only if no other path answers at all. */
  leaving = false
  /** The sequence number of the connection id on packets to the peer, and of the newest one received. */
  remoteSequence = 0
  localSequence = 0
  remoteConnectionId: Uint8Array
  readonly rtt = new Rtt()
  readonly acks = new Acknowledgements()
  readonly ledger = new Ledger()
  readonly congestion: Congestion
  readonly delayWindow = new DelayWindow()
  readonly validation = new Validation()
  /** Another route from which packets of this path came, until one of the two routes answers. */
  rebinding: Rebinding | undefined
  /** Responses owed to challenges, each with the route it goes to. */
  readonly responses: { readonly octets: Uint8Array; readonly route: Route }[] = []
  /** Copies of what went by another path: stream, first octet, octet after the last in threes; and datagrams. */
  readonly copies: number[] = []
  readonly datagramCopies: QueuedDatagram[] = []
  /** When pacing allows the next packet of data. */
  readyAt = Infinity
  /** When packets last arrived. */
  heardAt: number
  /** When something new was last acknowledged. */
  answeredAt = -Infinity
  /** When a packet that must be acknowledged was last sent. */
  saidAt = -Infinity
  /** When silence on the only path last led to a probe. */
  triedAt = -Infinity
  lossAt = Infinity
  /** What waits for a wake of the radio; created when there is one. */
  holding: Holding | undefined
  /** What limited the last packet of data: an unused window does not grow. */
  limitedBy: 'by the window' | 'by the sender' = 'by the sender'
  /** Consecutive timeouts without an answer. */
  silences = 0
  /** When it was last suspected, and the time before; how often lately. */
  suspectedAt = -Infinity
  suspectedBefore = -Infinity
  flaps = 0
  /** When the next probe is due while it is suspect or dead. */
  probeAt = Infinity
  /** The sending time of the oldest packet for which a probe was sent. */
  probedFor = -Infinity
  /** Whether its next packet is a probe: it has a PING, and leaves whatever the window says. */
  mustProbe = false
  packetsSent = 0
  packetsReceived = 0
  packetsLost = 0

  constructor(id: PathId, route: Route, remoteConnectionId: Uint8Array, now: number) {
    this.id = id
    this.route = route
    this.remoteConnectionId = remoteConnectionId
    this.congestion = new Congestion(route.maxOctets, now)
    this.heardAt = now
  }

  get status(): PathStatus {
    return this.leaving || this.ownStatus === 'standby' || this.peerStatus === 'standby' ? 'standby' : 'active'
  }

  get isOpen(): boolean {
    return this.state !== 'closed'
  }

  get isReliable(): boolean {
    return this.route.kind !== 'datagram'
  }

  /** Whether nothing may leave by it, whatever is due, until the host sends its queue or the peer sends something. */
  get isBlocked(): boolean {
    return this.route.queued > maxQueued || this.validation.room < minPacket
  }

  /** Octets in flight. */
  get inFlight(): number {
    return this.congestion.inFlight
  }

  /** All but whether it is the primary one, which only the paths together tell. */
  get info(): Omit<PathInfo, 'primary'> {
    return {
      path: this.id,
      state: this.state,
      status: this.status,
      route: this.route,
      smoothedRtt: this.rtt.smoothed,
      rttVariation: this.rtt.variation,
      congestionWindow: this.isReliable ? this.delayWindow.octets : this.congestion.window,
      inFlight: this.inFlight,
      packetsSent: this.packetsSent,
      packetsReceived: this.packetsReceived,
      packetsLost: this.packetsLost,
    }
  }
}
