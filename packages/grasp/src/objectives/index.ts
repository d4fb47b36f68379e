/** Objectives of ours for agents that negotiate and synchronise. What the engine needs is not here. */
export { anJoinRegistrar, anProxy, estTls, joinFloods } from './an-join.ts'
export { congestionMed, type MedOffer, type MedTold } from './congestion-med.ts'
export { type Decline, decline, type DeclineCode, declineCodeOf, declineCodes, declineText } from './decline.ts'
export {
  defaultLeaseConfig,
  type Lease,
  type LeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseMatter,
  type LeaseOffer,
  type LeasePurpose,
  type Leases,
  nextLeaseEnd,
  noLeases,
  planKey,
  stepLeases,
} from './leases.ts'
export type { Header } from './header.ts'
export { type IntentOffer, intentOffer } from './intent.ts'
export { type IntentCounts, type IntentReported, type IntentStatus, intentStatus } from './intent-status.ts'
export { lineMatter } from './line-leases.ts'
export {
  type LineEnd,
  type LineHold,
  type LineMeasured,
  type LineOffer,
  linePart,
  type LineSteer,
  type LineTransmit,
} from './line-part.ts'
export { type LinkLoad, type LinkState, linkState, type TopFlow } from './link-state.ts'
export {
  answerMed,
  boundsProblem,
  type MedAnswer,
  type MedBid,
  type MedBounds,
  type MedPosition,
} from './med-bargain.ts'
export { medMatter } from './med-leases.ts'
export { type Revoked, revoked } from './revoked.ts'
export {
  nextTrickle,
  startTrickle,
  stepTrickle,
  type Trickle,
  type TrickleConfig,
  type TrickleEvent,
  usualTrickle,
} from './trickle.ts'
export { type Threshold, threshold } from './threshold.ts'
