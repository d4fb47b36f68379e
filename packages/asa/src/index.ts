/** Autonomic service agents on this host (RFC 8991). */
export { type DullLink, DullLinks, type DullLinksOptions } from './dull-links.ts'
export { GraspError } from './errors.ts'
export type { Flooded } from './floods.ts'
export { textOf } from './link/address.ts'
export { readInterfaces } from './link/interfaces.ts'
export { type Neighbour, Neighbourhood, type NeighbourhoodOptions } from './neighbourhood.ts'
export type { NegotiateOptions, Negotiation, Offer, Outcome } from './negotiation.ts'
export { type Grasp, type GraspOptions, openGrasp } from './open.ts'
export type { DiscoverOptions, RegisterOptions, ServiceAgent, SynchronizeOptions } from './service-agent.ts'
export { agentSubstrate, type AgentSubstrateOptions, memberAddress } from './substrate/agent-substrate.ts'
export type { Member, StreamPurpose, Substrate, SubstrateListener } from './substrate/substrate.ts'
export {
  type IntentHolder,
  IntentSpread,
  type IntentSpreadOptions,
  type KnownIntents,
} from './intents/intent-spread.ts'
