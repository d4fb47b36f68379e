/** What a handshake of either side leads to: a session can begin. @module */
import type { Established } from '@vagus/channel'
import type { HostRoute } from '@vagus/transport'

/** A handshake that established a session. */
export interface Begun {
  readonly established: Established
  readonly route: HostRoute
  /** Octets received from and sent to an address that is not proven. */
  readonly address: 'proven' | { readonly received: number; readonly sent: number }
  readonly how: 'handshake' | 'ticket'
}
