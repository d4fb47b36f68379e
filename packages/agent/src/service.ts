/** How the network and the session treat what is sent, and what it is for. @module */
import type { TrafficClass } from '@vagus/channel'

export interface Service {
  /** What is spoken inside, 1..64 octets: `a2a/1.0`. The other side serves it by the same word. */
  readonly protocol: string
  /** Default `call`. */
  readonly class?: TrafficClass
  /** Inside the class: 0 first, 7 last. Default 3. */
  readonly priority?: number
}
