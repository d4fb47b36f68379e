/** Over which of several parallel links traffic should enter: thresholds, forecasts, and moves. */
export { Advisor, type AdvisorConfig } from './advisor/advisor.ts'
export type { AdvisorSnapshot } from './advisor/snapshot.ts'
export type {
  Expected,
  Finding,
  LinkFinding,
  Move,
  Outcome,
  Proposal,
  ProposalState,
  Rejected,
} from './advisor/finding.ts'
export type { BorderReading, LinkReading, Pin, PrefixReading } from './advisor/reading.ts'
export { flapSteps, moveBudget, neverMoved, type Observation, type Policy, topPrefixes } from './observation.ts'
export { createBestPolicy } from './policies/best.ts'
export { createFlapAware, handSetConstants } from './policies/flap-aware.ts'
export { createHotPotato } from './policies/hot-potato.ts'
export { createSearchPolicy, type SearchConstants } from './policies/search-policy.ts'
export { createStateless } from './policies/stateless.ts'
export { createThresholdRule, type Thresholds } from './policies/threshold-rule.ts'
export {
  type Action,
  type Bounds,
  type Case,
  counts,
  decide,
  type Decision,
  type Hindrance,
  judgmentOf,
  type Judgment,
  ledgerOf,
  noted,
  type PastLink,
  type PastProposal,
  respectMs,
  type Standing,
  standingOf,
  type Watched,
  watched,
  watchedFrom,
} from './autonomy/index.ts'
