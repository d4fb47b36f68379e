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
export type { BorderReading, LinkReading, PrefixReading } from './advisor/reading.ts'
export { flapSteps, moveBudget, neverMoved, type Observation, type Policy, topPrefixes } from './observation.ts'
