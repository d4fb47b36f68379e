/** Objectives of ours for agents that negotiate and synchronise. What the engine needs is not here. */
export { congestionMed, type MedOffer, type MedTold } from './congestion-med.ts'
export type { Header } from './header.ts'
export type { LineEnd, LineHold, LineMeasured, LineOffer, LineSteer, LineTransmit } from './line-part.ts'
export { type LinkLoad, type LinkState, linkState, type TopFlow } from './link-state.ts'
export {
  answerMed,
  boundsProblem,
  decline,
  type DeclineCode,
  declineCodeOf,
  declineCodes,
  declineText,
  type MedAnswer,
  type MedBid,
  type MedBounds,
  type MedDecline,
  type MedPosition,
} from './med-bargain.ts'
export {
  defaultLeaseConfig,
  type Lease,
  type LeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type Leases,
  type MedPurpose,
  nextLeaseEnd,
  noLeases,
  planKey,
  stepLeases,
} from './med-leases.ts'
export { type Revoked, revoked } from './revoked.ts'
export { type Threshold, threshold } from './threshold.ts'
