/** What is known of a path, for people and for the host's decisions. @module */
import type { Route } from './route.ts'

/** Even if opened by the initiator, odd if by the responder. 0 is the path of the handshake. */
export type PathId = number

/**
 * `validating`: a challenge was sent; `alive`; `suspect`: an acknowledgement is late, so data moved elsewhere and the
 * path is probed; `dead`: probed less and less often, and the host may remove it; `closed`: closed by either side, or
 * because no challenge was answered.
 */
export type PathState = 'validating' | 'alive' | 'suspect' | 'dead' | 'closed'
/** `standby`: used when no active path is left. */
export type PathStatus = 'active' | 'standby'

export interface PathInfo {
  readonly path: PathId
  readonly state: PathState
  /** The lower of what both sides want. */
  readonly status: PathStatus
  /** Whether data goes by it; while it is only late, data also goes by another. */
  readonly primary: boolean
  /** The route that packets take now. */
  readonly route: Route
  /** Milliseconds; `undefined` before the first measurement. */
  readonly smoothedRtt: number | undefined
  readonly rttVariation: number | undefined
  /** Octets. */
  readonly congestionWindow: number
  readonly inFlight: number
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
}
