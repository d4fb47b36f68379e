/** GRASP, the GeneRic Autonomic Signaling Protocol (RFC 8990). */
export {
  type AddressLocator,
  type FqdnLocator,
  isLinkLocal,
  type Locator,
  locatorKey,
  type UriLocator,
} from './locator.ts'
export { decodeMessage, sessionIdOf } from './message/decode.ts'
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
export {
  grasp,
  type MessageTypeName,
  messageTypes,
  objectiveFlag,
  optionCode,
  transportProtocol,
  type TransportProtocol,
} from './registry.ts'
