/**
 * One path of a session: its numbers, its measurements, what is under way on it, whether it is proven and alive. The
 * session decides what goes by it.
 * @module
 */
import { Acknowledgements } from './acknowledgements.ts'
import { Congestion } from './congestion.ts'
import type { QueuedDatagram } from './datagram-queue.ts'
import { DelayWindow } from './delay-window.ts'
import { Ledger } from './ledger.ts'
import type { PathId, PathInfo, PathState, PathStatus } from './path-state.ts'
import type { Rebinding } from './rebinding.ts'
import type { Route } from './route.ts'
import { Rtt } from './rtt.ts'
import { Validation } from './validation.ts'

export class Path {
  readonly id: PathId
  route: Route
  state: PathState = 'validating'
  /** What this side and the peer want; the lower counts. */
  ownStatus: PathStatus = 'active'
  peerStatus: PathStatus = 'active'
  /** Versions of the two: an old status that is overtaken changes nothing. */
  ownVersion = 0
  peerVersion = -1
  /** After an intent it is standby for good: it is used when no other path answers at all. */
  leaving = false
  /** The number of the connection id that packets to the peer carry, and of the newest that came. */
  remoteSequence = 0
  localSequence = 0
  remoteConnectionId: Uint8Array
  readonly rtt = new Rtt()
  readonly acks = new Acknowledgements()
  readonly ledger = new Ledger()
  readonly congestion: Congestion
  readonly delayWindow = new DelayWindow()
  readonly validation = new Validation()
  /** Another route from which packets of this path came, until one of the two answers. */
  rebinding: Rebinding | undefined
  /** Responses to challenges that are owed, each with the route that it goes to. */
  readonly responses: { readonly octets: Uint8Array; readonly route: Route }[] = []
  /** What goes by this path although it went by another: stream, first octet, behind-last in threes; and datagrams. */
  readonly copies: number[] = []
  readonly datagramCopies: QueuedDatagram[] = []
  /** When pacing lets the next packet of data leave. */
  readyAt = Infinity
  /** When packets came last. */
  heardAt: number
  /** When an acknowledgement of something new came last. */
  answeredAt = -Infinity
  /** When a packet went last that has to be acknowledged. */
  saidAt = -Infinity
  /** When the silence of the only path led to a probe last. */
  triedAt = -Infinity
  lossAt = Infinity
  /** What kept the last packet of data back: a window that is not used up does not grow. */
  limitedBy: 'by the window' | 'by the sender' = 'by the sender'
  /** Timeouts in a row without an answer. */
  silences = 0
  /** When it was suspected last, and how often of late. */
  suspectedAt = -Infinity
  flaps = 0
  /** When the next probe is due while it is suspect or dead. */
  probeAt = Infinity
  /** The oldest packet's time of sending for which a probe went out already. */
  probedFor = -Infinity
  /** Pings to send whatever the window says. */
  probes = 0
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

  /** Octets that are under way. */
  get inFlight(): number {
    return this.congestion.inFlight
  }

  info(primary: boolean): PathInfo {
    return {
      path: this.id,
      state: this.state,
      status: this.status,
      primary,
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
