/** GRASP, the GeneRic Autonomic Signaling Protocol (RFC 8990). */
export type { Config } from './engine/config.ts'
export type { ApiEffect, Discovered, Effect, HostEffect } from './engine/effect.ts'
export type { ApiEvent, Event, NetworkEvent, Peer, Registration, Request } from './engine/event.ts'
export { floodedObjectives } from './engine/flooding.ts'
export { defaultLimits, type Limits } from './engine/limits.ts'
export {
  beginNegotiation,
  type Negotiation,
  type NegotiationAction,
  type NegotiationEvent,
  type NegotiationLimits,
  stepNegotiation,
} from './engine/negotiation.ts'
export { type Counters, createNode, type FloodEntry, type Node } from './engine/node.ts'
export { nextDeadline, step } from './engine/step.ts'
export type { ErrorCode } from './errors.ts'
export { type AddressLocator, type FqdnLocator, isLinkLocal, type Locator, type UriLocator } from './locator.ts'
export { decodeMessage } from './message/decode.ts'
export { encodeMessage } from './message/encode.ts'
export type {
  Discovery,
  End,
  Flood,
  Invalid,
  Message,
  Noop,
  ObjectiveMessage,
  Response,
  TaggedObjective,
  Wait,
} from './message/message.ts'
export { flagsOf, hasFlag, type Objective, type ObjectiveFlagName, objectiveValue, valueOctets } from './objective.ts'
export { type AgentCap, agentCap } from './objectives/agent-cap.ts'
export { type Header, isNewer } from './objectives/header.ts'
export {
  bareObjective,
  declareObjective,
  type ObjectiveHead,
  objectiveOf,
  type ObjectiveType,
  type Run,
  type ValueCodec,
  valueOf,
} from './objectives/objective-type.ts'
export { grasp, type MessageTypeName, transportProtocol, type TransportProtocol } from './registry.ts'
