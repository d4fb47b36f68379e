/** What a session needs to start. @module */
import type { Established } from '../established.ts'
import type { ChannelCrypto } from '../ports.ts'
import type { SessionLimits } from './limits.ts'
import type { Padding } from './padding.ts'
import type { Route } from './route.ts'
import type { Exchanged } from './validation.ts'

export interface SessionConfig {
  readonly established: Established
  readonly crypto: ChannelCrypto
  /** The route of the handshake. */
  readonly route: Route
  /** Whether the peer is known to receive there: `proven`, or what the handshake exchanged with an unproven address. */
  readonly address?: 'proven' | Exchanged
  /** 32 fresh, secret random octets. */
  readonly seed: Uint8Array
  readonly now: number
  readonly limits?: Partial<SessionLimits>
  /** Default `none`. */
  readonly padding?: Padding
}
