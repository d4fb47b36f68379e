/** Over which of several parallel links traffic should enter: thresholds, forecasts, and moves. */
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
