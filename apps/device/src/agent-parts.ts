/** What the agent's answers are made of. @module */
import type { DevicePolicy } from '@vagus/api/telemetry'
import type { PolicyPlan, Router, RouterFacts } from '@vagus/router'
import type { Speaker } from '@vagus/speaker'
import type { ActuationService } from './actuation.ts'
import type { Intents } from './intents/intents.ts'
import type { LinkPlace } from './inventory.ts'
import type { LinkMeter } from './link-telemetry.ts'
import type { Mobility } from './mobility/mobility.ts'
import type { PolicyChanges } from './policy-change.ts'
import type { ServiceDesk } from './services/service-desk.ts'
import type { SouthboundParts } from './southbound/open-southbound.ts'
import type { Steering } from './steering/steering.ts'
import type { TelemetryExchange } from './telemetry-exchange.ts'

export interface AgentParts {
  readonly options: { readonly name: string; readonly router: Router }
  /** Of our BGP. */
  readonly identifier: string
  readonly facts: RouterFacts
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly speaker: Speaker
  readonly meter: LinkMeter
  readonly exchange: TelemetryExchange
  readonly actuation: ActuationService
  readonly places: readonly LinkPlace[]
  readonly policy: Readonly<DevicePolicy>
  readonly policyChanges: PolicyChanges
  /** `undefined`: no controller may steer by this router. */
  readonly steering: Steering | undefined
  /** `undefined`: nobody's address moves here. */
  readonly mobility: Mobility | undefined
  /** `undefined`: no link has queues for services. */
  readonly services: ServiceDesk | undefined
  /** `undefined`: AI agents may not ask for anything. */
  readonly southbound: SouthboundParts | undefined
  /** `undefined`: this device obeys no intents. */
  readonly intents: Intents | undefined
  policyPlan(): Promise<PolicyPlan>
}
