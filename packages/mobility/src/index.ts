/** Addresses of agents that move between access routers. */
export { LinkRates } from './link-rates.ts'
export {
  type Attachment,
  type Refusal,
  signAttachment,
  type SignedAttachment,
  type Verified,
  verifyAttachment,
} from './attachment.ts'
export { addressInBlock, addressOfRoute, hostRoute, mobileBlock } from './block.ts'
export { type Asker, Challenges } from './challenge.ts'
export {
  type Attached,
  defaultEdgeConfig,
  type EdgeConfig,
  type EdgeEffect,
  type Happening,
  MobileEdge,
  type Taken,
} from './edge.ts'
export { type HostEffect, type HostLink, MobileHost } from './host.ts'
export {
  type Answer,
  decodeMobility,
  encodeMobility,
  maxDatagram,
  mobilityGroup,
  type MobilityMessage,
  mobilityPort,
  type Offer,
} from './message.ts'
export { edgeNumber, maxSequence, type Standing, standingCommunity, standingOf } from './sequence.ts'
