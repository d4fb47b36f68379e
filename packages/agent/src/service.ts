/** How the network and the session treat what is sent, and its purpose. @module */
import type { TrafficClass } from '@vagus/channel'

export interface Service {
  /** The application protocol, 1..64 octets: `a2a/1.0`. The other side serves it under the same name. */
  readonly protocol: string
  /** Default `call`. With it come the deadline and the copies of the service of that name (`@vagus/qos`). */
  readonly class?: TrafficClass
  /** Within the class: 0 first, 7 last. Default 3. */
  readonly priority?: number
}
