/** What an agent beside a router is told at its start. @module */
import type { Endpoint } from '@vagus/address'
import type { Tracer } from '@vagus/observability'
import type { Router } from '@vagus/router'
import type { Metric } from '@vagus/signals'
import type { PeerOptions } from '@vagus/speaker'
import type { IntentsOptions } from './intents/intents.ts'
import type { MobilityOptions } from './mobility/mobile-options.ts'
import type { ServiceOptions } from './services/service-options.ts'
import type { SouthboundOptions } from './southbound/open-southbound.ts'
import type { SteeringOptions } from './steering/steering.ts'

export interface AgentOptions {
  readonly name: string
  readonly router: Router
  /** BGP identifier of the agent, as an IPv4 address; another than the router's. Made of the router's unless given. */
  readonly identifier?: string
  /** From where the agent connects to the router; the router's policy names it. */
  readonly localAddress: string
  /** Where the router's BGP listens; its identifier unless given. */
  readonly routerAddress?: string
  /** The controller's BGP; without it nothing is told and nothing heard. */
  readonly controller?: Endpoint
  /** From where the agent connects to the controller; the kernel chooses unless given. */
  readonly source?: string
  /** Of the session with the controller: TCP-MD5 key (RFC 2385), and hops to it at most (RFC 5082). Needs Linux and koffi. */
  readonly protection?: Pick<PeerOptions, 'password' | 'ttlSecurity'>
  /** Code of the path attribute that carries telemetry where no peer takes BGP-LS; never, unless given. */
  readonly carrierAttribute?: number
  /** Where the router's flow export arrives; without it there are no views. */
  readonly flow?: Endpoint
  /** Of links, in octets per second by interface, where driver and shaper do not say it or are wrong. */
  readonly capacities?: ReadonlyMap<string, number>
  /** Path of the control socket. */
  readonly control: string
  /** Which controller may steer by this router, and how far; without it none may. */
  readonly steering?: SteeringOptions
  /** Whose addresses may move to links of this router; without it nobody's. */
  readonly mobility?: MobilityOptions
  /** On which links calls get the service of their role; without it on none. */
  readonly services?: ServiceOptions
  /** What AI agents may ask of the router; without it nothing. */
  readonly tools?: SouthboundOptions
  /** Whose intents the device obeys; without it nobody's. They come over the connection of `steering`. */
  readonly intents?: IntentsOptions
  /** For what belongs to traces of others; without one nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Gets what is counted, once the agent is there. */
  readonly whenCounting?: (metrics: () => readonly Metric[], unreadiness: () => readonly string[]) => void
  readonly report: (line: string) => void
}
