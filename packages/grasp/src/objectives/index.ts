/** Objectives of ours that no program uses yet: proven by tests, for agents that negotiate. What the engine needs is not here. */
export { congestionMed, type MedOffer } from './congestion-med.ts'
export { type LinkLoad, type LinkState, linkState, type TopFlow } from './link-state.ts'
export {
  answerMed,
  type DeclineCode,
  declineCodeOf,
  declineCodes,
  declineText,
  type MedAnswer,
  type MedBounds,
  type MedPosition,
} from './med-bargain.ts'
export {
  defaultLeaseConfig,
  type LeaseConfig,
  type LeaseEffect,
  type LeaseEvent,
  type Leases,
  nextLeaseEnd,
  noLeases,
  stepLeases,
} from './med-leases.ts'
export { type Revoked, revoked } from './revoked.ts'
export { type Threshold, threshold } from './threshold.ts'
